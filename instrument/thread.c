/* thread.c - pthread_create, join, detach, and how a thread's task ends.
 *
 * A task is created by the parent before the real create, begins on the new thread, and ends where
 * nothing of the thread can follow: joinable, in the joiner after the real join, which therefore
 * publishes and ends it on behalf of the dead thread (key destructors and C++ thread-local ones
 * included); detached, in the last round of key destructors. Who ends it when detach meets the end:
 *
 *     thread                              detacher
 *     state JOINABLE -> OVER              state JOINABLE -> DETACHED
 *       lost: it is detached, end it        lost: it is over, end it
 */
#include "instrument/thread.h"

#include "instrument/callers.h"
#include "instrument/deadlock.h"
#include "instrument/misuse.h"
#include "instrument/modules.h"
#include "instrument/outside.h"
#include "instrument/real.h"
#include "instrument/sync_event.h"
#include "instrument/sys.h"
#include "instrument/watch.h"

#include <limits.h>
#include <linux/futex.h>
#include <signal.h>

#define STARTS_AT_ONCE 64

static struct thread_start *take_start(void) {
    while (__atomic_exchange_n(&front.starts.lock, 1, __ATOMIC_ACQUIRE) != 0) {
        sys_yield();
    }
    if (front.starts.free == NULL) {
        struct thread_start *fresh =
            (struct thread_start *)sys_map_theirs(STARTS_AT_ONCE * sizeof *fresh);
        for (size_t i = 0; fresh != NULL && i < STARTS_AT_ONCE; i++) {
            fresh[i].next_free = front.starts.free;
            front.starts.free = &fresh[i];
        }
    }
    struct thread_start *start = front.starts.free;
    if (start != NULL) {
        front.starts.free = start->next_free;
    }
    __atomic_store_n(&front.starts.lock, 0, __ATOMIC_RELEASE);
    return start;
}

static void give_start(struct thread_start *start) {
    while (__atomic_exchange_n(&front.starts.lock, 1, __ATOMIC_ACQUIRE) != 0) {
        sys_yield();
    }
    start->next_free = front.starts.free;
    front.starts.free = start;
    __atomic_store_n(&front.starts.lock, 0, __ATOMIC_RELEASE);
}

/* Who may join it learns what it did. */
static void leave_to_joiner(struct det_task *own) {
    uint32_t was = guard_enter();
    det_release(own, (uintptr_t)pthread_self());
    guard_leave(was);
}

static void end_task(struct det_task *t) {
    uint32_t was = guard_enter();
    det_task_end(t);
    guard_leave(was);
}

/* Whoever waits for a lock that it still holds, or for what only it could have done, waits for ever. */
static void is_over(struct det_task *own) {
    uint32_t was = guard_enter();
    bool look = det_thread_over(own, deadlock_thread());
    guard_leave(was);
    if (look) {
        watch_want();
    }
}

/* Key destructor. Ours may run before the program's own, which may make new values: it asks for
 * another round until the last that POSIX promises. */
static void thread_ending(void *round) {
    uintptr_t n = (uintptr_t)round;
    if (n < PTHREAD_DESTRUCTOR_ITERATIONS) {
        pthread_setspecific(front.ending, (void *)(n + 1));
        return;
    }
    struct det_task *own = self.own;
    outside_end();
    self.task = NULL;
    self.hidden = 1;
    if (own != NULL) {
        misuse_at_end(own);
        is_over(own);
    }
    uint32_t joinable = THREAD_JOINABLE;
    bool left_to_joiner = __atomic_compare_exchange_n(&self.state, &joinable, THREAD_OVER, false,
                                                      __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    if (!left_to_joiner && own != NULL) {
        self.own = NULL;
        if (joinable == THREAD_STRANGER) {
            leave_to_joiner(own);
        }
        end_task(own);
    }
}

void thread_init(void) {
    front.has_key = pthread_key_create(&front.ending, thread_ending) == 0;
    if (front.has_key) {
        pthread_setspecific(front.ending, (void *)1); /* main may end by pthread_exit */
    }
}

void thread_fork_child(void) {
    self.system_id = 0;
    front.starts.lock = 0;
    front.starts.beginning = 0;
    front.starts.waiters = 0;
}

/* std::thread calls from libstdc++. */
static struct det_task *made_at(struct thread_start *start, uintptr_t pc) {
    struct callers callers;
    struct det_task *made = NULL;
    callers_find(&callers, pc);
    struct det_task *t = callers_enter(&callers);
    if (t != NULL) {
        start->id = front_thread_id();
        made = det_task_create(t, EV_TASK_THREAD, start->id, callers.pc[0]);
        callers_leave(t, &callers);
    }
    return made;
}

struct thread_start *thread_prepare(void *(*routine)(void *), void *argument, bool detached,
                                    uintptr_t pc) {
    if (!front.on) {
        return NULL;
    }
    struct thread_start *start = take_start();
    if (start == NULL) {
        return NULL;
    }
    start->routine = routine;
    start->argument = argument;
    start->detached = detached;
    start->number = __atomic_add_fetch(&front.starts.ever, 1, __ATOMIC_RELAXED);
    start->task = made_at(start, pc);
    if (start->task != NULL) {
        if (detached) {
            det_thread_detached(start->task);
        }
        count_up32(&det_process()->threads);
    }
    __atomic_fetch_add(&front.starts.beginning, 1, __ATOMIC_ACQ_REL);
    return start;
}

/* -- signals of a thread that begins --------------------------------------------------------- */

/* A handler is its thread's code. On a new thread it could run before thread_run has told whose task
 * that is: a stranger's, racing with the thread itself, and what it unlocks or posts would be lost.
 *
 *     creator                            new thread
 *     blocks all, creates                begins with all blocked, as it inherits
 *     its own mask again                 has its task; the creator's mask
 *
 * Error side: a mask of the thread's own attributes holds from its first instruction, and handlers that it
 * lets through may still be a stranger's. */
#define LIBC_SIGNALS ((uint64_t)3 << 31) /* 32 and 33: cancellation, setuid on all threads */

extern __typeof__(pthread_attr_getsigmask_np) pthread_attr_getsigmask_np __attribute__((weak));

static uint64_t set_mask(uint64_t mask) {
    uint64_t was = 0;
    sys_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&mask, (long)&was, sizeof was, 0, 0);
    return was;
}

uint64_t thread_hold_signals(struct thread_start *start, const pthread_attr_t *attributes) {
    sigset_t own;
    start->has_mask = attributes != NULL && pthread_attr_getsigmask_np != NULL &&
                      pthread_attr_getsigmask_np(attributes, &own) == 0;
    uint64_t was = set_mask(~LIBC_SIGNALS);
    start->mask = was; /* the thread does not exist yet */
    return was;
}

void thread_let_signals(uint64_t mask) {
    set_mask(mask);
}

/* It never was: neither counted, nor is its number left out, if nobody has the next one by now. */
static void take_back(const struct thread_start *start) {
    uint64_t id = start->id;
    end_task(start->task);
    atomic_fetch_sub_explicit(&det_process()->threads, 1, memory_order_relaxed);
    atomic_fetch_sub_explicit(&det_process()->tasks, 1, memory_order_relaxed);
    __atomic_compare_exchange_n(&front.thread_ids, &id, id - 1, false, __ATOMIC_RELAXED,
                                __ATOMIC_RELAXED);
}

void thread_not_started(struct thread_start *start) {
    if (start->task != NULL) {
        take_back(start);
    }
    __atomic_fetch_sub(&front.starts.beginning, 1, __ATOMIC_ACQ_REL);
    give_start(start);
}

void *thread_run(void *argument) {
    struct thread_start *given = argument;
    struct thread_start start = *given;
    given->argument =
        NULL; /* nobody finds there what the thread alone has from now on (memory.c) */
    give_start(given);
    self.own = start.task;
    self.number = start.number;
    self.hidden = 1;
    __atomic_store_n(&self.state, start.detached ? THREAD_DETACHED : THREAD_JOINABLE,
                     __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&front.starts.waiters, __ATOMIC_SEQ_CST) != 0) {
        SYS3(SYS_futex, &self.state, FUTEX_WAKE_PRIVATE, INT_MAX);
    }
    __atomic_fetch_sub(&front.starts.beginning, 1, __ATOMIC_ACQ_REL);
    if (start.task != NULL) {
        uintptr_t lo, hi;
        front_stack(&lo, &hi);
        uint32_t was = guard_enter();
        det_task_begin(start.task, lo, hi);
        det_task_storage(start.task, (uintptr_t)__builtin_thread_pointer(),
                         front.modules.tls_bytes);
        guard_leave(was);
        self.hidden = 0;
        self.task = start.task;
        if (front.has_key) {
            pthread_setspecific(front.ending, (void *)1);
        }
    } else { /* a runtime's */
        uintptr_t lo, hi;
        front_stack(&lo, &hi);
        det_stack_left(lo, hi);
    }
    if (!start.has_mask) {
        set_mask(start.mask);
    }
    return start.routine(start.argument);
}

/* The thread block of a thread that the caller is about to join or detach. A thread that was only
 * just created may not have filled it: it will, and needs nothing of ours to do so.
 *
 *     joiner                          new thread
 *     waiters++                       state := …
 *     state unknown: sleeps on it     waiters not 0: wakes those who sleep on state
 *
 * The time limit is for a thread that is not ours and never says so. */
static struct thread_self *begun(pthread_t handle) {
    struct thread_self *other = thread_of(handle);
    struct timespec limit = {.tv_nsec = 2000000};
    __atomic_fetch_add(&front.starts.waiters, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&other->state, __ATOMIC_SEQ_CST) == THREAD_UNKNOWN &&
           __atomic_load_n(&front.starts.beginning, __ATOMIC_ACQUIRE) != 0) {
        sys_call(SYS_futex, (long)&other->state, FUTEX_WAIT_PRIVATE, THREAD_UNKNOWN, (long)&limit,
                 0, 0);
    }
    __atomic_fetch_sub(&front.starts.waiters, 1, __ATOMIC_RELAXED);
    return other;
}

/* The memory of a thread that has ended is kept for another one, whose block begins empty: as long as it has the
 * number of one that was joined, its name was used twice, and nobody has it anew. */
static uint64_t *joined_at(uint64_t number) {
    return &front.starts.joined[number % THREAD_JOINED];
}

static bool names_joined(const struct thread_self *other) {
    uint64_t number = __atomic_load_n(&other->number, __ATOMIC_RELAXED);
    return number != 0 && __atomic_load_n(joined_at(number), __ATOMIC_RELAXED) == number;
}

/* Whether the name may not be used so; then it was told. */
static bool is_misused(const struct thread_self *other, enum findings_deed deed, pthread_t handle,
                       uintptr_t pc) {
    bool twice = names_joined(other);
    bool detached = __atomic_load_n(&other->state, __ATOMIC_ACQUIRE) == THREAD_DETACHED;
    if (UNLIKELY(twice || detached)) {
        misuse_of_thread(deed, handle, twice, pc);
    }
    return twice || detached;
}

static void joined(struct thread_joinee joinee, pthread_t handle) {
    if (joinee.number != 0) {
        __atomic_store_n(joined_at(joinee.number), joinee.number, __ATOMIC_RELAXED);
    }
    struct det_task *t = event_enter();
    if (t != NULL && joinee.task != NULL) {
        det_release(joinee.task, (uintptr_t)handle);
        det_alone_joined(t);
    }
    if (t != NULL) {
        det_acquire(t, (uintptr_t)handle); /* of a stranger it is what he has left there */
        event_leave();
    }
    if (joinee.task != NULL) {
        end_task(joinee.task);
    }
}

static struct thread_joinee joinee_of(pthread_t handle, uintptr_t pc) {
    struct thread_joinee joinee = {0};
    const struct thread_self *other = front.on ? begun(handle) : NULL;
    if (other != NULL && !is_misused(other, DEED_JOIN, handle, pc)) {
        bool ends_itself = __atomic_load_n(&other->state, __ATOMIC_ACQUIRE) == THREAD_STRANGER;
        joinee.task = ends_itself ? NULL : other->own;
        joinee.number = other->number;
    }
    return joinee;
}

struct thread_joinee thread_join_begin(pthread_t handle, clockid_t clock,
                                       const struct timespec *deadline, uintptr_t pc) {
    struct thread_joinee joinee = joinee_of(handle, pc);
    if (front.on) {
        sync_wait(EV_WAIT_PTHREAD_JOIN, (const void *)handle, joinee.task, clock, deadline, pc);
    }
    return joinee;
}

void thread_join_end(struct thread_joinee joinee, pthread_t handle, bool was_joined) {
    if (front.on) {
        if (was_joined) {
            joined(joinee,
                   handle); /* within the wait: until it is told, somebody is about to join it */
        }
        sync_waited();
    }
}

void thread_detaching(pthread_t handle, uintptr_t pc) {
    struct thread_self *other = begun(handle);
    struct det_task *own = other->own;
    if (is_misused(other, DEED_DETACH, handle, pc)) {
        return;
    }
    det_thread_detached(own); /* as long as it is joinable it does not end for us */
    uint32_t joinable = THREAD_JOINABLE;
    bool left_to_thread = __atomic_compare_exchange_n(&other->state, &joinable, THREAD_DETACHED,
                                                      false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    if (!left_to_thread && joinable == THREAD_OVER) {
        __atomic_store_n(&other->state, THREAD_DETACHED, __ATOMIC_RELEASE);
        if (own != NULL) {
            end_task(own);
        }
    }
}

/* -- the POSIX names -- */

static bool is_detached(const pthread_attr_t *attributes) {
    int state = PTHREAD_CREATE_JOINABLE;
    return attributes != NULL && pthread_attr_getdetachstate(attributes, &state) == 0 &&
           state == PTHREAD_CREATE_DETACHED;
}

/* OpenMP's runtime keeps its threads for the next region, and joins none. */
static void keep(struct det_task *made) {
    uint32_t was = guard_enter();
    det_task_note(made, EV_NOTE_DAEMON, NULL);
    guard_leave(was);
}

INTERPOSE int pthread_create(pthread_t *handle, const pthread_attr_t *attributes,
                             void *(*routine)(void *), void *argument) {
    uintptr_t pc = CALLER_PC;
    if (!front.callers.can_walk) {
        pc = code_user_pc(pc, __builtin_frame_address(0));
    }
    struct thread_start *start = thread_prepare(routine, argument, is_detached(attributes), pc);
    if (start == NULL) {
        return REAL_OF(pthread_create)(handle, attributes, routine, argument);
    }
    if (self.omp_team != 0 && !code_is_users(CALLER_PC) && start->task != NULL) {
        keep(start->task);
    }
    uint64_t mask = thread_hold_signals(start, attributes);
    int result = REAL_OF(pthread_create)(handle, attributes, thread_run, start);
    thread_let_signals(mask);
    if (result != 0) {
        thread_not_started(start);
    }
    return result;
}

static void join_cancelled(void *unused) {
    (void)unused;
    if (front.on) {
        sync_waited();
    }
}

static int join(pthread_t handle, void **value) {
    int result;
    pthread_cleanup_push(join_cancelled, NULL);
    result = REAL_OF(pthread_join)(handle, value);
    pthread_cleanup_pop(0);
    return result;
}

INTERPOSE int pthread_join(pthread_t handle, void **value) {
    struct thread_joinee joinee = thread_join_begin(handle, CLOCK_REALTIME, NULL, CALLER_PC);
    int result = join(handle, value);
    thread_join_end(joinee, handle, result == 0);
    return result;
}

INTERPOSE int pthread_timedjoin_np(pthread_t handle, void **value,
                                   const struct timespec *deadline) {
    struct thread_joinee joinee = thread_join_begin(handle, CLOCK_REALTIME, deadline, CALLER_PC);
    int result = REAL_OF(pthread_timedjoin_np)(handle, value, deadline);
    thread_join_end(joinee, handle, result == 0);
    return result;
}

INTERPOSE int pthread_clockjoin_np(pthread_t handle, void **value, clockid_t clock,
                                   const struct timespec *deadline) {
    struct thread_joinee joinee = thread_join_begin(handle, clock, deadline, CALLER_PC);
    int result = REAL_OF(pthread_clockjoin_np)(handle, value, clock, deadline);
    thread_join_end(joinee, handle, result == 0);
    return result;
}

INTERPOSE int pthread_tryjoin_np(pthread_t handle, void **value) {
    const struct timespec now = {0};
    struct thread_joinee joinee = thread_join_begin(handle, CLOCK_MONOTONIC, &now, CALLER_PC);
    int result = REAL_OF(pthread_tryjoin_np)(handle, value);
    thread_join_end(joinee, handle, result == 0);
    return result;
}

INTERPOSE int pthread_detach(pthread_t handle) {
    if (front.on) {
        thread_detaching(handle, CALLER_PC);
    }
    return REAL_OF(pthread_detach)(handle);
}
