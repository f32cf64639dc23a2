/* sched.c - changing from task to task.
 *
 * A task that waits looks for another on its own stack and switches to it directly. Whoever runs
 * then, on the other stack, does the leaver's last act (commit): so no task is ever findable while
 * its stack is in use. When nothing is at hand, or something is to be looked at, or a detector
 * watches, it switches to the scheduler of its thread instead, which has a stack of its own and
 * never changes threads.
 */
#include "runtime/sched.h"

#include <errno.h>

#include "runtime/crash.h"
#include "runtime/idle.h"
#include "runtime/look.h"
#include "runtime/panic.h"
#include "runtime/runq.h"
#include "runtime/text.h"
#include "runtime/worker.h"

/* -- choice and time: the only sources of both -- */

/* [Vigna14] xorshift64*: one multiplication; the top half is good enough for schedules. */
uint32_t rdl__sched_choose(uint32_t n) {
    struct rdl__thread *thread = rdl__arch_thread();
    uint64_t x = thread->random;
    if (x == 0) {
        x = (rdl__rt.seed ^ (uintptr_t)thread) | 1;
    }
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    thread->random = x;
    return (uint32_t)(((x * 0x2545f4914f6cdd1du >> 32) * n) >> 32);
}

int64_t rdl__sched_now(void) {
    int64_t now = rdl__os_monotonic_ns();
    return now > 0 ? now : 1;
}

/* -- C++ -- */

/* Of the C++ library, if the program has one. */
__attribute__((weak)) struct rdl__exceptions *__cxa_get_globals(void);

static void find_exceptions(struct rdl__thread *thread) {
    thread->exceptions = __cxa_get_globals != NULL ? __cxa_get_globals() : NULL;
}

/* -- leaving and arriving -- */

/* Does the last act for the task that has just left its stack: from here on it is anybody's. */
static void finish(struct rdl__thread *thread) {
    struct task *t = thread->leaver;
    thread->leaver = NULL;
    rdl__emit_switch(NULL);
    if (!rdl__stack_is_intact(&t->stack)) {
        rdl__crash_stack_overflow(t, NULL);
    }
    atomic_store_explicit(&t->state, TASK_PARKED, memory_order_release);
    thread->commit(t, thread->commit_arg);
    thread->commit_arg = NULL; /* what a channel is of is not the thread's any more (scan.c) */
}

/* self has come to run on this thread: from the scheduler, or from another task that has left. */
static inline void arrive(struct task *self) {
    rdl__fiber_arrive();
    struct rdl__thread *thread = rdl__arch_thread();
    if (thread->leaver != NULL) {
        finish(thread);
        if (__builtin_expect(thread->worker->watch_news, 0)) {
            rdl__idle_found_work(thread->worker);
        }
    }
    thread->task = self;
    atomic_store_explicit(&thread->budget, BUDGET, memory_order_relaxed); /* own */
    *thread->errno_at = self->saved_errno;
    if (__builtin_expect(thread->exceptions != NULL, 0)) {
        *thread->exceptions = self->exceptions;
    }
}

/* A dump wants to see who runs: a task that is about to run says so, then looks whether its worker's
 * attention is wanted; who holds asks for it, makes all threads pass a barrier, then looks at the
 * states. One sees the other. */
static bool may_run(struct worker *w, struct task *t) {
    atomic_store_explicit(&t->state, TASK_RUNNING,
                          memory_order_relaxed); /* barrier of the holder */
    atomic_signal_fence(memory_order_seq_cst);
    if (__builtin_expect(atomic_load_explicit(&w->attention, memory_order_relaxed) == 0, 1)) {
        return true;
    }
    struct task *only = atomic_load_explicit(&rdl__rt.sched.only, memory_order_seq_cst);
    if (atomic_load_explicit(&rdl__rt.sched.hold, memory_order_seq_cst) == 0 &&
        (only == NULL || only == t) && rdl__worker_status(w) == WORKER_RUNNING) {
        return true;
    }
    atomic_store_explicit(&t->state, TASK_RUNNABLE, memory_order_seq_cst);
    if (only == NULL || only == t) {
        w->picked = t; /* comes back when attention was paid */
    }                  /* else the process ends, and what others would do is left undone [GR-06] */
    return false;
}

static void run(struct rdl__thread *thread, struct worker *w, struct task *t) {
    bool begins = !t->started;
    if (begins) {
        rdl__task_prepare(t, w);
    }
    if (rdl__emit_on()) {
        if (begins) {
            rdl__events->task_begin(t->det, t->stack.lo + STACK_GUARD_BYTES,
                                    rdl__stack_top(t->stack.hi));
        }
        rdl__events->task_switch(t->det);
    }
    rdl__fiber_leave(&t->fiber);
    rdl__arch_switch(&thread->scheduler, t->context);
    rdl__fiber_arrive();
    finish(thread);
}

/* Runs tasks until one of them ends locked to this thread. */
static void loop(struct rdl__thread *thread, struct worker *w) {
    while (!w->ending) {
        struct task *t = rdl__idle_find_work(w);
        rdl__idle_found_work(w);
        if (t->home != NULL && t->home != w) {
            rdl__idle_hand_over(w, t);
        } else if (may_run(w, t)) {
            run(thread, w, t);
        }
    }
    rdl__worker_end(w);
}

/* The scheduler of the initial thread begins when main leaves its stack for the first time. */
static void loop_entry(void *worker) {
    rdl__fiber_arrive();
    struct rdl__thread *thread = rdl__arch_thread();
    finish(thread);
    loop(thread, worker);
}

static void settle_in(struct rdl__thread *thread, struct worker *w) {
    rdl__lock_acquire(&rdl__rt.sched.lock, RANK_SCHED);
    w->thread = thread;
    rdl__lock_release(&rdl__rt.sched.lock);
    thread->worker = w;
    thread->errno_at = &errno;
    thread->random = (rdl__rt.seed + w->index + 1) * 0x9e3779b97f4a7c15u;
    find_exceptions(thread);
}

void *rdl__sched_worker_main(void *worker) {
    struct rdl__thread *thread = rdl__arch_thread();
    settle_in(thread, worker);
    rdl__fiber_adopt(&thread->fiber);
    void *alternate = rdl__crash_catch_here();
    loop(thread, worker);
    rdl__crash_leave_here(alternate);
    return NULL;
}

void rdl__sched_adopt_initial(struct task *main_task) {
    struct rdl__thread *thread = rdl__arch_thread();
    struct rdl__control control;
    struct stack scheduler;
    atomic_fetch_add_explicit(&rdl__rt.sched.n_running, 1, memory_order_seq_cst);
    struct worker *w = rdl__worker_new();
    if (w == NULL || !rdl__stack_new(&scheduler, rdl__stack_class(DEFAULT_STACK_BYTES))) {
        rdl__crash_startup(TEXT_NO_MEMORY);
    }
    settle_in(thread, w);
    rdl__rt.sched.initial_stack = scheduler;
    w->initial = true;
    thread->task = main_task;
    atomic_store_explicit(&thread->budget, BUDGET, memory_order_relaxed); /* own */
    rdl__fiber_adopt(&main_task->fiber);
    rdl__fiber_new(&thread->fiber, scheduler.lo + STACK_GUARD_BYTES, scheduler.hi);
    rdl__arch_get_control(&control);
    rdl__arch_prepare(&thread->scheduler, (void *)scheduler.hi, loop_entry, w, &control);
}

/* -- parking -- */

void rdl__sched_wait_begin_by_time(struct task *self, enum ev_wait_kind kind,
                                   const void *const *objects, uint32_t n_objects,
                                   int64_t deadline_ns, const bool *by_time, uintptr_t pc) {
    struct worker *w = rdl__arch_thread()->worker;
    self->wait_kind = kind;
    self->pc = pc;
    self->parked_ns = w != NULL ? w->now_ns : rdl__sched_now();
    if (rdl__emit_on()) {
        const struct ev_wait wait = {.kind = kind,
                                     .n_objects = n_objects,
                                     .objects = (const uintptr_t *)objects,
                                     .deadline_ns = deadline_ns,
                                     .by_time = by_time};
        rdl__events->wait_begin(self->det, &wait, pc);
    }
}

/* A thread of the user's waits by itself: it has no scheduler to switch to. */
static void park_foreign(struct task *self, void (*commit)(struct task *, void *), void *arg) {
    int saved_errno = errno;
    atomic_store_explicit(&self->state, TASK_PARKED, memory_order_release);
    if (commit != NULL) {
        commit(self, arg);
    }
    EMIT(waits_itself(self->det));
    while (atomic_load_explicit(&self->foreign_wake, memory_order_acquire) == 0) {
        rdl__os_wait(&self->foreign_wake, 0, OS_FOREVER);
    }
    atomic_store_explicit(&self->foreign_wake, 0, memory_order_relaxed); /* waker is done with it */
    atomic_store_explicit(&self->state, TASK_RUNNING, memory_order_release);
    errno = saved_errno;
}

static void no_commit(struct task *t, void *arg) {
    (void)t;
    (void)arg;
}

/* Announces that self leaves this thread. Nothing of it may be touched on its behalf any more. */
static inline void announce(struct rdl__thread *thread, struct task *self,
                            void (*commit)(struct task *, void *), void *arg) {
    self->saved_errno = *thread->errno_at;
    if (__builtin_expect(thread->exceptions != NULL, 0)) {
        self->exceptions = *thread->exceptions;
    }
    thread->task = NULL;
    thread->leaver = self;
    thread->commit = commit;
    thread->commit_arg = arg;
}

/* t: who runs next here, NULL: whoever the scheduler finds. */
static inline void switch_to(struct rdl__thread *thread, struct task *self, struct task *t) {
    if (t != NULL && !rdl__look_fits(thread->worker, t)) {
        thread->worker->picked = t;
        t = NULL;
    }
    if (t == NULL || !may_run(thread->worker, t)) {
        rdl__fiber_leave(&thread->fiber);
        rdl__arch_switch(&self->context, thread->scheduler);
    } else {
        if (!t->started) {
            rdl__task_prepare(t, thread->worker);
        }
        rdl__fiber_leave(&t->fiber);
        rdl__arch_switch(&self->context, t->context);
    }
    arrive(self);
}

static void leave(struct task *self, void (*commit)(struct task *, void *), void *arg) {
    struct rdl__thread *thread = rdl__arch_thread();
    struct worker *w = thread->worker;
    announce(thread, self, commit, arg);
    switch_to(thread, self, rdl__look_is_wanted(w) ? NULL : rdl__look_here(w, true));
}

void rdl__sched_park(struct task *self, void (*commit)(struct task *self, void *arg), void *arg) {
    if (self->kind == TASK_FOREIGN) {
        park_foreign(self, commit, arg);
    } else {
        leave(self, commit != NULL ? commit : no_commit, arg);
    }
    EMIT(wait_end(self->det));
    if (__builtin_expect(self->blocking != 0, 0)) {
        rdl__sched_block_again(self);
    }
}

/* -- making runnable -- */

/* With a detector the schedule is random: a program must not lean on who is next [GR-17]. Who is alone is
 * next anyhow; a thief that finds nothing else asks for a sleep of 3 us, and then takes him all the same
 * (look.c). */
static bool goes_next(struct worker *w) {
    return !rdl__emit_on() || !rdl__runq_has(w) || rdl__sched_choose(2) == 0;
}

static void enqueue(struct task *t, bool in_front) {
    struct worker *w = rdl__arch_thread()->worker;
    /* Without a token the queue would be nobody's; the poller's watcher has another law (idle.c). */
    if (w != NULL && (rdl__worker_status(w) == WORKER_RUNNING || w->polls)) {
        rdl__runq_put(w, t, in_front && goes_next(w));
    } else {
        rdl__runq_put_global(t);
    }
    rdl__idle_wake_one();
}

static void ready(struct task *t, bool in_front) {
    if (t->kind == TASK_FOREIGN) {
        atomic_store_explicit(&t->foreign_wake, 1, memory_order_release);
        rdl__os_wake(&t->foreign_wake, 1);
        return;
    }
    atomic_store_explicit(&t->state, TASK_RUNNABLE, memory_order_release);
    enqueue(t, in_front);
}

void rdl__sched_ready(struct task *t) {
    ready(t, true);
}

void rdl__sched_ready_all(struct task *first, bool in_front) {
    while (first != NULL) {
        struct task *next = first->next;
        ready(first, in_front);
        first = next;
    }
}

static void commit_step_aside(struct task *t, void *arg) {
    (void)arg;
    atomic_store_explicit(&t->state, TASK_RUNNABLE, memory_order_release);
    enqueue(t, false);
}

void rdl__sched_hand_over(struct task *self, struct task *t) {
    struct worker *w = rdl__arch_thread()->worker;
    if (w == NULL || rdl__worker_status(w) != WORKER_RUNNING || self->kind == TASK_FOREIGN ||
        t->kind == TASK_FOREIGN || rdl__emit_on()) {
        ready(t, true);
        return;
    }
    atomic_store_explicit(&t->state, TASK_RUNNABLE, memory_order_release);
    rdl__runq_put(w, t, true);
    leave(self, commit_step_aside, NULL);
}

void rdl__sched_start(struct task *t) {
    rdl__sched_ready(t);
}

static void commit_yield(struct task *t, void *arg) {
    (void)arg;
    atomic_store_explicit(&t->state, TASK_RUNNABLE, memory_order_release);
    rdl__runq_put_global(t);
}

/* self is at the end of the global queue already, whose lock is held. */
static void commit_queued(struct task *t, void *arg) {
    (void)arg;
    atomic_store_explicit(&t->state, TASK_RUNNABLE, memory_order_release);
    rdl__lock_release(&rdl__rt.sched.lock);
}

/* [GR-15]: to the end of the global queue. When nothing else is at hand here, self and the one at the
 * head of that queue change places under one lock; and when nobody is there, nothing happens. */
static void yield(struct task *self) {
    struct rdl__thread *thread = rdl__arch_thread();
    struct worker *w = thread->worker;
    void (*commit)(struct task *, void *) = commit_yield;
    struct task *t = NULL;
    if (!rdl__look_is_wanted(w)) {
        t = rdl__look_here(w, false);
        if (t == NULL) {
            t = rdl__look_exchange(w, self);
            if (t == NULL) {
                return;
            }
            commit = commit_queued;
        }
    }
    announce(thread, self, commit, NULL);
    switch_to(thread, self, t);
}

void rdl__sched_yield(struct task *self) {
    if (self->kind == TASK_FOREIGN) {
        rdl__os_yield_thread();
        return;
    }
    yield(self);
    if (__builtin_expect(self->blocking != 0, 0)) {
        rdl__sched_block_again(self);
    }
}

__attribute__((noinline, cold)) void rdl__sched_check_slow(struct task *self) {
    struct rdl__thread *thread = rdl__arch_thread();
    atomic_store_explicit(&thread->budget, BUDGET, memory_order_relaxed); /* own */
    if (thread->worker == NULL || thread->task != self || self->blocking != 0) {
        return; /* who blocks its thread has no token and needs none while it does not park */
    }
    if (rdl__worker_status(thread->worker) != WORKER_STUCK || !rdl__worker_regain(thread->worker)) {
        rdl__sched_yield(self);
    }
}

/* -- the end of a task -- */

static void commit_exit(struct task *t, void *arg) {
    (void)arg;
    if (t->home != NULL) {
        t->home->ending = true; /* nobody else may ever run on this thread [GR-26] */
    }
    rdl__task_free(t);
}

_Noreturn void rdl__sched_exit(struct task *self) {
    rdl__emit_switch(NULL);
    EMIT(task_end(self->det));
    self->det = NULL;
    leave(self, commit_exit, NULL);
    __builtin_unreachable();
}

static bool can_inherit(const struct task *self, const struct task *t) {
    return !t->started && t->home == NULL && t->stack_class == self->stack.class &&
           rdl__stack_is_intact(&self->stack);
}

/* t goes on where self has ended, on the same stack: nothing has to be switched. */
static void inherit(struct rdl__thread *thread, struct task *self, struct task *t) {
    t->started = true;
    t->stack = self->stack;
    t->fiber = self->fiber;
    self->stack.hi = 0;
    thread->task = t;
    atomic_store_explicit(&thread->budget, BUDGET, memory_order_relaxed); /* own */
    *thread->errno_at = 0;
    if (__builtin_expect(thread->exceptions != NULL, 0)) {
        *thread->exceptions = t->exceptions;
    }
    rdl__arch_set_control(&t->control);
    rdl__task_free(self);
}

/* The function of self has returned. Its successor on this stack; or does not return. */
static struct task *succeed(struct task *self) {
    struct rdl__thread *thread = rdl__arch_thread();
    struct worker *w = thread->worker;
    rdl__panic_returned(self);
    rdl__task_release(self);
    if (rdl__look_is_wanted(w) || self->home != NULL) {
        rdl__sched_exit(self);
    }
    struct task *t = rdl__look_here(w, true);
    if (t != NULL && can_inherit(self, t)) {
        if (may_run(w, t)) {
            inherit(thread, self, t);
            return t;
        }
        t = NULL; /* it is w->picked, or left behind */
    }
    announce(thread, self, commit_exit, NULL);
    switch_to(thread, self, t);
    __builtin_unreachable();
}

void rdl__sched_task_main(void *task) {
    struct task *t = task;
    arrive(t);
    for (;;) {
        t->fn(t->arg);
        t = succeed(t);
    }
}
