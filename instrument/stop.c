/* stop.c - what who stops all others does itself; tracer.c does the rest.
 *
 * Yama lets a process trace only its descendants, and whom it names: tried when the first attempt was refused, and
 * from then on each time. What the program had named itself (sandbox.c hears of it) is named again afterwards.
 */
#include "instrument/stop.h"

#include "instrument/place.h"
#include "instrument/restart.h"
#include "instrument/sys.h"
#include "instrument/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define GUARD_BYTES   4096
#define STACK_BYTES   32768 /* with the guard */
#define STOPPING_MS   200   /* and a quarter of one for each thread */
#define ROOM_AT_LEAST 64    /* threads, with a quarter that may be made meanwhile */

#define TRACER_FLAGS                                                                               \
    (CLONE_VM | CLONE_FILES | CLONE_UNTRACED | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

/* -- memory: a stack, the job, its threads, their vectors ----------------------------------- */

/* A directory has two links, and one for each in it; 0: cannot be told. */
static uint32_t count_threads(void) {
    struct stat file;
    bool is_known = SYS3(SYS_stat, "/proc/self/task", &file, 0) == 0 && file.st_nlink > 2;
    return is_known ? (uint32_t)file.st_nlink - 2 : 0;
}

static size_t take(size_t *bytes, size_t n) {
    size_t at = *bytes;
    *bytes += (n + 63) & ~(size_t)63;
    return at;
}

/* It stays: the next one has the same, if that has room. */
static char *memory_of(size_t bytes) {
    struct stop_state *stops = &front.stops;
    if (bytes > stops->bytes) {
        stops->memory = (char *)sys_map(bytes, 0);
        stops->bytes = stops->memory != NULL ? bytes : 0;
        SYS3(SYS_mprotect, stops->memory, stops->memory != NULL ? GUARD_BYTES : 0, 0);
    }
    return stops->memory;
}

/* room: a power of two, not less than 64. */
static bool make_job(struct stopped *out, uint32_t room) {
    uint32_t slots = 2 * room;
    size_t bytes = STACK_BYTES;
    size_t job_at = take(&bytes, sizeof(struct stop_job));
    size_t by_id_at = take(&bytes, slots * sizeof(uint32_t));
    size_t thread_at = take(&bytes, room * sizeof(struct stopped_thread));
    size_t vectors_at = take(&bytes, (size_t)room * TRACER_VECTOR_BYTES);
    char *memory = memory_of(bytes);
    if (memory == NULL) {
        return false;
    }
    for (size_t i = job_at / sizeof(uint64_t); i < vectors_at / sizeof(uint64_t); i++) {
        ((volatile uint64_t *)(void *)memory)[i] = 0;
    }
    struct stop_job *job = (struct stop_job *)(void *)(memory + job_at);
    job->by_id = (uint32_t *)(void *)(memory + by_id_at);
    job->slots = slots;
    job->thread = (struct stopped_thread *)(void *)(memory + thread_at);
    job->room = room;
    job->vectors = memory + vectors_at;
    *out = (struct stopped){.memory = memory, .bytes = bytes, .job = job, .signals = out->signals};
    return true;
}

/* -- the tracer ----------------------------------------------------------------------------- */

static void name_tracer(long id) {
    sys_call(SYS_prctl, PR_SET_PTRACER, id, 0, 0, 0, 0);
}

/* It may have been waited for by the program; the kernel clears `alive` before that. */
static void bury(struct stop_job *job, long tracer) {
    struct timespec nap = {.tv_nsec = 20000};
    while (sys_call(SYS_wait4, tracer, 0, __WALL, 0, 0, 0) == -EINTR) {
    }
    while (__atomic_load_n(&job->alive, __ATOMIC_ACQUIRE) != 0) {
        SYS3(SYS_nanosleep, &nap, NULL, 0);
    }
    if (front.stops.asks_leave) {
        name_tracer(front.stops.named);
    }
}

/* See outside.h. */
static void keep_from_parts(bool stopping) {
    uint32_t *word = &front.stops.stopping;
    __atomic_store_n(word, stopping, __ATOMIC_SEQ_CST);
    if (stopping) {
        SYS3(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
    } else {
        SYS3(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT32_MAX);
    }
}

static enum stop_answer let_tracer_stop(struct stopped *out) {
    struct stop_job *job = out->job;
    bool asks_leave = front.stops.asks_leave;
    job->pid = sys_getpid();
    job->caller = (uint32_t)SYS3(SYS_gettid, 0, 0, 0);
    job->give_up_ns =
        sys_clock_ns(CLOCK_MONOTONIC) + (int64_t)(STOPPING_MS + job->room / 4) * 1000000;
    job->turn = asks_leave ? TRACER_TO_BE_NAMED : TRACER_STOPS;
    keep_from_parts(true);
    long tracer = bare_clone(tracer_run, (void *)job, (char *)(uintptr_t)out->memory + STACK_BYTES,
                             &job->alive, TRACER_FLAGS);
    if (tracer < 0) {
        keep_from_parts(false);
        return STOP_NOT_NOW;
    }
    if (asks_leave) {
        name_tracer(tracer);
        tracer_give_turn(job, TRACER_STOPS);
    }
    while (__atomic_load_n(&job->alive, __ATOMIC_ACQUIRE) != 0 &&
           __atomic_load_n(&job->turn, __ATOMIC_ACQUIRE) == TRACER_STOPS) {
        tracer_wait_turn(job, TRACER_STOPS, STOP_AT_MOST_MS);
    }
    keep_from_parts(false);
    if (__atomic_load_n(&job->turn, __ATOMIC_ACQUIRE) == TRACER_HAS_STOPPED) {
        return STOP_IS_DONE;
    }
    bury(job, tracer);
    return job->failed ? job->answer : STOP_NOT_NOW;
}

/* -- when not ------------------------------------------------------------------------------- */

/* SIGCHLD, when it is ignored by default, is the one signal of tracer.c's head that is common: may it come? */
static bool may_hear_of_child(void) {
    siginfo_t info;
    uint64_t flags;
    return sys_handler(SIGCHLD, &flags) == (uintptr_t)SIG_DFL &&
           sys_call(SYS_waitid, P_ALL, 0, (long)&info, WEXITED | WNOHANG | WNOWAIT, 0, 0) !=
               -ECHILD;
}

static void see_sleeper(void *argument, uint32_t id) {
    struct place place;
    bool *is_harmless = (bool *)argument;
    bool is_own = id == (uint32_t)SYS3(SYS_gettid, 0, 0, 0); /* it reads what is known of it */
    if (!is_own && place_of_thread(sys_getpid(), id, &place) == PLACE_KNOWN && place.asleep &&
        !restart_is_whole(&place) && !restart_is_likely(&place)) {
        *is_harmless = false;
    }
}

/* No thread sleeps in a call that the end of a child would interrupt for good. */
static bool is_harmless(void) {
    char text[TRACER_TEXT_BYTES];
    bool is_so = true;
    return !may_hear_of_child() ||
           (place_list(sys_getpid(), text, sizeof text, see_sleeper, &is_so) && is_so);
}

/* -- both ----------------------------------------------------------------------------------- */

static void let_signals(const struct stopped *stopped) {
    sys_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&stopped->signals, 0, sizeof stopped->signals,
             0, 0);
}

static enum stop_answer attempt(struct stopped *out) {
    uint32_t threads = count_threads(), room = ROOM_AT_LEAST;
    if (threads == 0 || threads > STOP_THREADS_AT_MOST) {
        return threads == 0 ? STOP_FORBIDDEN : STOP_TOO_MANY;
    }
    while (room < threads + threads / 4) {
        room *= 2;
    }
    return is_harmless() && make_job(out, room) ? let_tracer_stop(out) : STOP_NOT_NOW;
}

static void next_turn(void) {
    __atomic_fetch_add(&front.stops.turns, 1, __ATOMIC_SEQ_CST);
}

bool stop_all(struct stopped *out) {
    uint64_t all = ~(uint64_t)0;
    struct stop_state *stops = &front.stops;
    if (front.sandboxed || stops->never == sys_getpid()) {
        stops->answer = front.sandboxed ? STOP_SANDBOXED : STOP_FORBIDDEN;
        return false;
    }
    sys_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&all, (long)&out->signals, sizeof all, 0, 0);
    next_turn();
    enum stop_answer answer = attempt(out);
    if (answer == STOP_FORBIDDEN && !stops->asks_leave) {
        stops->asks_leave = true;
        answer = attempt(out);
    }
    stops->answer = answer;
    if (answer != STOP_IS_DONE) {
        stops->never = answer == STOP_FORBIDDEN ? sys_getpid() : 0;
        next_turn();
        let_signals(out);
        return false;
    }
    out->n = out->job->n;
    out->thread = out->job->thread;
    return true;
}

/* Asleep in the same call, and never awake since: its turns were counted before it was found asleep. */
static bool have_slept(const struct stopped *stopped) {
    for (uint32_t i = 0; i < stopped->n; i++) {
        const struct stopped_thread *t = &stopped->thread[i];
        if (!t->held && (t->turns == 0 || place_turns(stopped->job->pid, t->id) != t->turns)) {
            return false;
        }
    }
    return true;
}

bool stop_go_on(struct stopped *stopped) {
    struct stop_job *job = stopped->job;
    bool is_true = have_slept(stopped);
    long tracer = __atomic_load_n(&job->alive, __ATOMIC_ACQUIRE);
    tracer_give_turn(job, TRACER_LETS_GO);
    bury(job, tracer);
    is_true = is_true && tracer != 0 && !job->let_go;
    next_turn();
    let_signals(stopped);
    return is_true;
}
