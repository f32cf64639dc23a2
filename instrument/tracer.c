/* tracer.c - the process that stops the threads of its maker.
 *
 * A thread cannot trace those of its own process, so a process does that is nothing but a stack in the maker's
 * memory; no signal tells its end, and wait() does not know it (only who asks for __WALL or __WCLONE would meet it).
 * If the thread that made it ends, it is killed, and what it traces is let go by the kernel.
 *
 *     maker                              tracer
 *     clone                              seizes each thread, interrupts it, waits for it to stand;
 *     waits for its turn                 lists them again, until there is no new one: HAS_STOPPED
 *     looks; LETS_GO                     waits for that, or STOP_AT_MOST_MS
 *     waits for its end                  lets each go, ends
 *
 * Law   No thread comes to know of it by an answer of a call, or by a signal that is lost.
 *   - Who sleeps in a call that ends for good when it is interrupted is left asleep (restart.h).
 *   - It is seized all the same. As long as one thread is traced, signals that the process ignores, SIGCHLD above
 *     all, are not thrown away, but given to any, also to one that is asleep; and a thread that is traced stops with
 *     it, before its call is answered.
 *   - A call that ends with EINTR, because of that or since it was begun between the look and the interruption, has
 *     its answer made the kernel's own "begin again, unless a handler runs" (ERESTARTNOHAND): the thread stands in the
 *     midst of the kernel's decision about that. Its limit of time, if it has one, begins anew.
 *   - Who was found with a signal gets it when it goes on.
 *   - Who runs within a call that would end half done is not interrupted before it is through (outside.h).
 * Left  Of calls that we do not stand before, that. A signal that is ignored and comes in the microseconds before the last thread is seized, or after the last
 *       one was let go, interrupts one that is left asleep, and is not made good. Where that signal may be expected,
 *       nothing is stopped (stop.c: is_harmless).
 * Zone  no libc and no thread-local storage: those are the maker's. Descriptors are its own, so that the program
 *       never meets a number of them.
 */
#include "instrument/tracer.h"

#include "instrument/outside.h"
#include "instrument/place.h"
#include "instrument/restart.h"
#include "instrument/sys.h"

#include <elf.h>
#include <errno.h>
#include <linux/close_range.h>
#include <linux/futex.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>

/* Of a thread; NEW is where it begins. */
enum {
    NEW,
    SEIZED,
    ASKED, /* to stand */
    HELD,
    LEFT, /* asleep */
    GONE,
};

#define NAP_FIRST_NS 20000
#define NAP_MOST_NS  200000

#define IN_KERNEL_ERESTARTSYS           512
#define IN_KERNEL_ERESTARTNOHAND        514
#define IN_KERNEL_ERESTART_RESTARTBLOCK 516

/* -- turns ---------------------------------------------------------------------------------- */

void tracer_wait_turn(struct stop_job *job, uint32_t turn, int64_t ms) {
    int64_t end = sys_clock_ns(CLOCK_MONOTONIC) + ms * 1000000;
    struct timespec nap = {.tv_nsec = 20 * 1000000}; /* one that is killed wakes nobody */
    while (__atomic_load_n(&job->turn, __ATOMIC_ACQUIRE) == turn &&
           __atomic_load_n(&job->alive, __ATOMIC_ACQUIRE) != 0 &&
           sys_clock_ns(CLOCK_MONOTONIC) < end) {
        sys_call(SYS_futex, (long)&job->turn, FUTEX_WAIT_PRIVATE, turn, (long)&nap, 0, 0);
    }
}

void tracer_give_turn(struct stop_job *job, uint32_t turn) {
    __atomic_store_n(&job->turn, turn, __ATOMIC_RELEASE);
    SYS3(SYS_futex, &job->turn, FUTEX_WAKE_PRIVATE, 1);
}

/* -- one thread ----------------------------------------------------------------------------- */

static long trace(long what, const struct stopped_thread *t, uintptr_t at, uintptr_t data) {
    return sys_call(SYS_ptrace, what, t->id, (long)at, (long)data, 0, 0);
}

static void fail(struct stop_job *job, enum stop_answer answer) {
    if (!job->failed) {
        job->failed = true;
        job->answer = answer;
    }
}

/* Who is dead cannot be seized, nor can who has a debugger; the answer is the same. */
static void seize(struct stop_job *job, struct stopped_thread *t) {
    long answer = trace(PTRACE_SEIZE, t, 0, 0);
    t->state = answer == 0 ? SEIZED : GONE;
    if (answer != 0 && answer != -ESRCH && !place_is_dead(job->pid, t->id)) {
        fail(job, STOP_FORBIDDEN);
    }
}

static void leave_asleep(struct stopped_thread *t, const struct place *place, bool is_outside) {
    t->state = LEFT;
    t->asleep = true;
    t->call = place->call;
    t->sp = place->sp;
    t->pc = place->pc;
    t->spilled = is_outside && !restart_is_child(place);
}

/* Turns are counted first: of who has had no more at the end it is true that it slept. Who has gone by now is
 * waited for as others are. */
static void leave_or_interrupt(struct stop_job *job, struct stopped_thread *t) {
    struct place place;
    const struct outside_slot *outside = outside_of(t->id);
    t->turns = place_turns(job->pid, t->id);
    if (place_of_thread(job->pid, t->id, &place) == PLACE_FORBIDDEN) {
        fail(job, STOP_FORBIDDEN);
        return;
    }
    bool would_end =
        place.asleep && !restart_is_whole(&place) && !restart_of_other(job->pidfd, &place);
    bool awake = !place.asleep || place_is_awake(job->pid, t->id);
    if (would_end && !awake) {
        leave_asleep(t, &place,
                     outside != NULL && __atomic_load_n(&outside->calls, __ATOMIC_RELAXED) != 0);
    } else if (would_end || (!place.asleep && outside != NULL &&
                             __atomic_load_n(&outside->parts, __ATOMIC_RELAXED) != 0)) {
        t->state = SEIZED; /* again, a moment later: it is on its way out, or will be */
        job->is_moving = true;
    } else {
        t->state = ASKED;
        trace(PTRACE_INTERRUPT, t, 0, 0);
    }
}

static void copy_registers(struct stopped_thread *t, const struct user_regs_struct *regs) {
    const uint64_t all[STOP_REGISTERS] = {regs->r15, regs->r14, regs->r13, regs->r12, regs->rbp,
                                          regs->rbx, regs->r11, regs->r10, regs->r9,  regs->r8,
                                          regs->rax, regs->rcx, regs->rdx, regs->rsi, regs->rdi};
    for (size_t i = 0; i < STOP_REGISTERS; i++) {
        t->general[i] = all[i];
    }
    t->pc = regs->rip;
    t->sp = regs->rsp;
    t->fs_base = regs->fs_base;
}

static void read_vectors(struct stop_job *job, struct stopped_thread *t) {
    struct iovec area = {.iov_base = job->vectors + (size_t)job->vectors_used * TRACER_VECTOR_BYTES,
                         .iov_len = TRACER_VECTOR_BYTES};
    if (trace(PTRACE_GETREGSET, t, NT_X86_XSTATE, (uintptr_t)&area) != 0) {
        area.iov_len = sizeof(struct user_fpregs_struct); /* a processor without XSAVE */
        if (trace(PTRACE_GETREGSET, t, NT_PRFPREG, (uintptr_t)&area) != 0) {
            fail(job, STOP_FORBIDDEN);
            return;
        }
    }
    t->vectors = area.iov_base;
    t->vector_bytes = area.iov_len;
    job->vectors_used++;
}

/* It stands: what it has. orig_rax is -1 in no call; rax then the call's answer. */
static void record(struct stop_job *job, struct stopped_thread *t) {
    struct user_regs_struct regs;
    if (trace(PTRACE_GETREGS, t, 0, (uintptr_t)&regs) != 0) {
        t->state = ASKED; /* it is being killed */
        return;
    }
    copy_registers(t, &regs);
    long answer = (long)regs.rax;
    t->call = (long)regs.orig_rax >= 0 ? (long)regs.orig_rax : -1;
    bool ends = t->call >= 0 && t->call != SYS_close && t->call != SYS_connect && answer == -EINTR;
    t->begins_again = ends && !restart_is_runtimes(t->call, regs.rdi);
    t->asleep =
        t->call >= 0 &&
        (ends || (answer <= -IN_KERNEL_ERESTARTSYS && answer >= -IN_KERNEL_ERESTART_RESTARTBLOCK));
    t->held = true;
    t->state = HELD;
    if (!t->asleep) {
        read_vectors(job, t);
    }
}

/* Whether it stands, or is gone, by now. A stop without an event is one of a signal. */
static void gather(struct stop_job *job, struct stopped_thread *t) {
    int status = 0;
    long got = sys_call(SYS_wait4, t->id, (long)&status, __WALL | WNOHANG, 0, 0, 0);
    if (got == 0) {
        return;
    }
    if (got < 0 || !WIFSTOPPED(status)) {
        t->state = GONE;
        return;
    }
    t->signal = status >> 16 == 0 ? (uint32_t)WSTOPSIG(status) : 0;
    record(job, t);
}

static void let_go(const struct stopped_thread *t) {
    if (t->begins_again) {
        trace(PTRACE_POKEUSER, t, offsetof(struct user_regs_struct, rax),
              (uintptr_t)-IN_KERNEL_ERESTARTNOHAND);
    }
    trace(PTRACE_DETACH, t, 0, t->signal);
}

/* -- all of them ---------------------------------------------------------------------------- */

static void add(void *argument, uint32_t id) {
    struct stop_job *job = (struct stop_job *)argument;
    uint32_t at = id * 2654435761u & (job->slots - 1);
    for (; job->by_id[at] != 0; at = (at + 1) & (job->slots - 1)) {
        if (job->thread[job->by_id[at] - 1].id == id) {
            return;
        }
    }
    if (id == job->caller) {
        return;
    }
    if (job->n == job->room) {
        fail(job, STOP_NOT_NOW);
        return;
    }
    job->thread[job->n].id = id;
    job->by_id[at] = ++job->n;
    job->is_moving = true;
}

static bool is_late(const struct stop_job *job) {
    return sys_clock_ns(CLOCK_MONOTONIC) > job->give_up_ns;
}

static uint32_t gather_all(struct stop_job *job) {
    uint32_t moving = 0;
    for (uint32_t i = 0; i < job->n; i++) {
        if (job->thread[i].state == ASKED) {
            gather(job, &job->thread[i]);
            moving += job->thread[i].state == ASKED;
        }
    }
    return moving;
}

static void nap(int64_t ns) {
    struct timespec pause = {.tv_nsec = ns};
    SYS3(SYS_nanosleep, &pause, NULL, 0);
}

static void wait_until_all_stand(struct stop_job *job) {
    int64_t pause = NAP_FIRST_NS;
    while (gather_all(job) != 0 && !job->failed) {
        if (is_late(job)) {
            fail(job, STOP_NOT_NOW);
        }
        nap(pause);
        pause = pause * 2 < NAP_MOST_NS ? pause * 2 : NAP_MOST_NS;
    }
}

/* Those that were left asleep, and woke up before all others stood. */
static void look_again(struct stop_job *job) {
    for (uint32_t i = 0; i < job->n; i++) {
        struct stopped_thread *t = &job->thread[i];
        if (t->state == LEFT &&
            (place_turns(job->pid, t->id) != t->turns || place_is_awake(job->pid, t->id))) {
            job->is_moving = true;
            gather(job, t);
            if (t->state == LEFT) {
                leave_or_interrupt(job, t);
            }
        }
    }
}

/* All before any is looked at: between the first and the last is a moment of the kind that the head tells of. */
static void seize_new(struct stop_job *job) {
    for (uint32_t i = 0; i < job->n && !job->failed; i++) {
        if (job->thread[i].state == NEW) {
            seize(job, &job->thread[i]);
        }
    }
}

static void stop_them(struct stop_job *job) {
    do {
        job->is_moving = false;
        if (!place_list(job->pid, job->text, sizeof job->text, add, job)) {
            fail(job, STOP_FORBIDDEN);
        }
        seize_new(job);
        for (uint32_t i = 0; i < job->n && !job->failed; i++) {
            if (job->thread[i].state == SEIZED) {
                leave_or_interrupt(job, &job->thread[i]);
            }
        }
        wait_until_all_stand(job);
        if (job->is_moving) {
            nap(NAP_FIRST_NS);
        }
        look_again(job);
        if (is_late(job)) {
            fail(job, STOP_NOT_NOW);
        }
    } while (job->is_moving && !job->failed);
}

/* Those who are left asleep last: see the head. One that does not stand cannot be let go; the end of the tracer
 * does that. */
static void let_all_go(struct stop_job *job) {
    for (uint32_t i = 0; i < job->n; i++) {
        if (job->thread[i].state == HELD) {
            let_go(&job->thread[i]);
        }
    }
    for (uint32_t i = 0; i < job->n; i++) {
        struct stopped_thread *t = &job->thread[i];
        if (t->state == LEFT || t->state == ASKED || t->state == SEIZED) {
            gather(job, t);
            if (t->state == HELD) {
                let_go(t);
            }
        }
    }
}

/* Whoever has gone is not in the picture. */
static void drop_gone(struct stop_job *job) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < job->n; i++) {
        if (job->thread[i].state != GONE) {
            job->thread[n++] = job->thread[i];
        }
    }
    job->n = n;
}

/* /proc is the one of our numbers. */
static bool knows_us(void) {
    char digits[16];
    long n = SYS3(SYS_readlink, "/proc/self", digits, sizeof digits), number = 0;
    for (long i = 0; i < n; i++) {
        number = number * 10 + (digits[i] - '0');
    }
    return number == sys_getpid();
}

static bool is_made_by_the_living(const struct stop_job *job) {
    SYS3(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0);
    return SYS3(SYS_tgkill, job->pid, job->caller, 0) == 0;
}

void tracer_run(void *argument) {
    struct stop_job *job = (struct stop_job *)argument;
    SYS3(SYS_setpgid, 0, 0, 0); /* who stops the program's group does not stop who lets it go */
    bool own = SYS3(SYS_close_range, 0, ~0U, CLOSE_RANGE_UNSHARE) == 0; /* else the program's */
    job->pidfd = own ? (int)SYS3(SYS_pidfd_open, job->pid, 0, 0) : -1;
    if (!is_made_by_the_living(job)) {
        return;
    }
    tracer_wait_turn(job, TRACER_TO_BE_NAMED, STOP_AT_MOST_MS);
    if (!knows_us()) {
        fail(job, STOP_FORBIDDEN);
    } else {
        stop_them(job);
    }
    if (!job->failed) {
        drop_gone(job);
        tracer_give_turn(job, TRACER_HAS_STOPPED);
        tracer_wait_turn(job, TRACER_HAS_STOPPED, STOP_AT_MOST_MS);
        job->let_go = __atomic_load_n(&job->turn, __ATOMIC_ACQUIRE) == TRACER_HAS_STOPPED;
    }
    let_all_go(job);
    if (job->failed) {
        tracer_give_turn(job, TRACER_HAS_FAILED);
    }
}
