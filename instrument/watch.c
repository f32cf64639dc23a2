/* watch.c - who looks when all others wait?
 *
 * A deadlock is complete when the last thread has gone to sleep, so none of its threads can tell, and what a
 * thread says before it sleeps comes too early: it may yet find what it waits for. So a thread of our own
 * looks, a moment later (detector/deadlock.h). It exists only as long as there is something to look at: who
 * begins a wait that may be for ever asks for it, or who wants a dump of all tasks.
 *
 *     who waits                        watcher
 *     wanted := 1                      wanted := 0, sleeps, looks
 *     alive 0: makes it                nothing to add: alive := LEAVING
 *     alive LEAVING: lets it go,       wanted again: alive := itself, and on
 *       and makes it                   else ends; the kernel sets alive := 0
 *
 * libc does not know it: it has no thread-local storage of its own and is not counted, so that a process whose
 * last thread has ended ends. It blocks all signals, and runs nothing but the core, which needs neither, and
 * bare system calls. fork's child has none; exec and exit end it.
 */
#include "instrument/watch.h"

#include "instrument/life.h"
#include "instrument/report.h"
#include "instrument/sys.h"

#define STACK_BYTES 69632
#define GUARD_BYTES 4096 /* of them */

/* Of front.watcher.alive, beside its number and 0: there is none. */
#define LEAVING (-1)
#define MAKING  (-2)

#define FIRST_MS       20  /* most waits are over by then */
#define MOST_MS        100 /* between two looks, while somebody wakes up */
#define PATROL_MS      50
#define IDLE_AT_MOST   20 /* looks at which nobody waits so */
#define SHARE          20 /* of all time, at most, is a look; */
#define SHARE_SLOW     4 /* of 10^5 tasks one takes so long that the next may come after REST_MS; */
#define SHARE_SOON     2 /* and when the next one is wanted soon */
#define REST_MS        1000
#define NS_MS          1000000
#define UNSURE_AT_MOST 100
#define UNSURE_AT_END  10
#define STATUS_ENDED   2   /* with exitcode=0: as a runtime that finds a deadlock ends */
#define MOMENT_MS      100 /* for what still runs to write what it has to say */

static void nap_ms(int64_t ms) {
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    SYS3(SYS_nanosleep, &pause, NULL, 0);
}

/* -- what it does --------------------------------------------------------------------------- */

/* Nobody else will end the process. */
static void end_process(void) {
    if (front.options.on_deadlock[0] == 'c') {
        return;
    }
    nap_ms(MOMENT_MS);
    if (front.options.on_deadlock[0] == 'a') {
        life_abort();
    }
    life_halt(STATUS_ENDED);
}

void watch_stay(void) {
    if (front.options.on_deadlock[0] == 'a') {
        life_abort();
    }
    while (front.options.on_deadlock[0] == 'c') {
        nap_ms(MOMENT_MS);
    }
}

/* Not by yielding: who waits may be of a class that is always served first. */
static void wait_a_moment(void) {
    struct timespec moment = {.tv_nsec = 100 * 1000};
    SYS3(SYS_nanosleep, &moment, NULL, 0);
}

static enum det_deadlock look_by(enum det_deadlock (*looks)(void)) {
    while (__atomic_exchange_n(&front.watcher.looking, 1, __ATOMIC_ACQUIRE) != 0) {
        wait_a_moment();
    }
    enum det_deadlock verdict = looks();
    __atomic_store_n(&front.watcher.looking, 0, __ATOMIC_RELEASE);
    return verdict;
}

static enum det_deadlock look(void) {
    return look_by(det_look_for_deadlock);
}

/* In ns till the end: most looks take less than a millisecond. */
static int64_t rest_after_ms(int64_t took_ns) {
    int64_t share = det_should_look_soon() ? SHARE_SOON : SHARE;
    int64_t rest = took_ns * share / NS_MS, slow = took_ns * SHARE_SLOW / NS_MS;
    int64_t most = slow > REST_MS ? slow : REST_MS;
    return rest < most ? rest : most;
}

static enum det_deadlock look_and_rest(void) {
    int64_t before = sys_clock_ns(CLOCK_MONOTONIC);
    enum det_deadlock verdict = look();
    front.watcher.rest_ms = rest_after_ms(sys_clock_ns(CLOCK_MONOTONIC) - before);
    if (front.options.halt_on_error && det_findings_count() != 0) {
        life_halt(STATUS_ENDED);
    }
    if (verdict == DET_MAIN_STUCK) {
        end_process();
    }
    return verdict;
}

/* Between two looks, too, which may go on for long. */
static void dump_if_asked(void) {
    if (__atomic_exchange_n(&front.watcher.dumps, 0, __ATOMIC_SEQ_CST) != 0) {
        det_dump();
        report_dump();
    }
}

/* A runtime that is alone tells itself when nobody is left, but not while we are there. */
static bool is_all_quiet(void) {
    bool (*is_quiet)(struct ev_quiet *) = __atomic_load_n(&front.is_quiet, __ATOMIC_ACQUIRE);
    struct ev_quiet quiet;
    return is_quiet != NULL && is_quiet(&quiet) && quiet.awake == 0;
}

/* Between two looks; not for long when all is quiet. */
static void rest(int64_t least_ms) {
    int64_t ms = least_ms > front.watcher.rest_ms ? least_ms : front.watcher.rest_ms;
    do {
        nap_ms(ms < PATROL_MS ? ms : PATROL_MS);
        ms -= PATROL_MS;
    } while (ms > 0 && !is_all_quiet());
}

static void look_until_sure(void) {
    enum det_deadlock verdict = DET_UNSURE;
    int64_t ms = FIRST_MS;
    for (int i = 0; verdict == DET_UNSURE && i < UNSURE_AT_MOST && !front.sandboxed; i++) {
        dump_if_asked();
        rest(ms);
        ms = ms * 2 < MOST_MS ? ms * 2 : MOST_MS;
        verdict = look_and_rest();
    }
}

/* While somebody waits who may turn out to be cut off: whoever could wake him may end, or forget how, at any time. */
static void patrol(void) {
    bool wanted = front.options.reachability;
    for (int idle = 0; wanted && idle < IDLE_AT_MOST && !front.sandboxed && !front.finished;) {
        rest(PATROL_MS);
        if (__atomic_load_n(&front.watcher.wanted, __ATOMIC_SEQ_CST) != 0 || is_all_quiet()) {
            return;
        }
        idle = det_may_be_cut_off() ? 0 : idle + 1;
        if (idle == 0) {
            look_and_rest();
        }
    }
}

static bool may_leave(void) {
    int mine = __atomic_exchange_n(&front.watcher.alive, LEAVING, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&front.watcher.wanted, __ATOMIC_SEQ_CST) == 0) {
        return true;
    }
    __atomic_store_n(&front.watcher.alive, mine, __ATOMIC_SEQ_CST);
    return false;
}

static void watch(void) {
    do {
        __atomic_store_n(&front.watcher.wanted, 0, __ATOMIC_SEQ_CST);
        dump_if_asked();
        look_until_sure();
        patrol();
    } while (!may_leave());
}

/* -- how it comes and goes ------------------------------------------------------------------ */

static void make(void) {
    uint64_t all = ~(uint64_t)0, was = 0;
    if (front.watcher.stack == NULL) {
        front.watcher.stack = (char *)sys_map(STACK_BYTES, 0);
        SYS3(SYS_mprotect, front.watcher.stack, GUARD_BYTES, 0);
    }
    sys_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&all, (long)&was, sizeof was, 0, 0);
    long made = front.watcher.stack == NULL
                    ? -1
                    : bare_thread(watch, front.watcher.stack + STACK_BYTES, &front.watcher.alive);
    if (made < 0) {
        count_up64(&det_process()->limits[LIMIT_UNWATCHED]);
        __atomic_store_n(&front.watcher.alive, 0, __ATOMIC_SEQ_CST);
    }
    sys_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&was, 0, sizeof was, 0, 0);
}

void watch_want(void) {
    __atomic_store_n(&front.watcher.wanted, 1, __ATOMIC_SEQ_CST);
    while (!front.sandboxed) {
        int alive = __atomic_load_n(&front.watcher.alive, __ATOMIC_SEQ_CST);
        if (alive == 0 && __atomic_compare_exchange_n(&front.watcher.alive, &alive, MAKING, false,
                                                      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
            make();
            return;
        }
        if (alive != LEAVING) {
            return; /* it will see `wanted` before it leaves */
        }
        wait_a_moment(); /* it takes back LEAVING, or is gone */
    }
}

void watch_dump(void) {
    if (front.sandboxed) {
        sys_say("raddle: the program has forbidden system calls: its tasks cannot be printed",
                NULL);
    } else {
        __atomic_store_n(&front.watcher.dumps, 1, __ATOMIC_SEQ_CST);
        watch_want();
    }
}

void watch_end(void) {
    bool was_here = __atomic_load_n(&front.watcher.wanted, __ATOMIC_SEQ_CST) == 0 &&
                    __atomic_load_n(&front.watcher.alive, __ATOMIC_SEQ_CST) == 0;
    if (was_here || self.task == NULL || self.busy != 0 ||
        front.sandboxed) { /* since the last wait that mattered; one who is not counted */
        return;
    }
    uint32_t was = guard_enter();
    for (int i = 0; look() == DET_UNSURE && i < UNSURE_AT_END; i++) {
        nap_ms(1);
    }
    guard_leave(was);
}

void watch_circles(void) {
    if (self.busy != 0 || front.sandboxed) {
        return;
    }
    uint32_t was = guard_enter();
    for (int i = 0; look_by(det_look_for_circles) == DET_UNSURE && i < UNSURE_AT_END; i++) {
        nap_ms(1);
    }
    guard_leave(was);
}

void watch_gone(void) {
    while (__atomic_load_n(&front.watcher.alive, __ATOMIC_SEQ_CST) != 0) {
        wait_a_moment();
    }
}

void watch_fork_child(void) {
    front.is_quiet = NULL; /* its threads are not here, and it does not begin again */
    front.each_parked = NULL;
    front.runtime_epoll = NULL;
    front.moving = 0;
    front.stops.turns = 0;
    front.watcher.looking = 0;
    front.watcher.alive = 0;
    front.watcher.wanted = 0;
    front.watcher.dumps = 0;
}
