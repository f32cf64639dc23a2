/* sched.h - who runs next, and what a task does to wait.
 *
 * Model    Go's: each worker has a queue of 256 and a `next` slot; queues overflow into a global
 *          one, which every 61st step looks at first; a worker without work steals half of
 *          another's queue; those who search are at most half of those who run.
 * Parking  a task that waits (1) calls rdl__sched_wait_begin, (2) makes itself findable by its
 *          wakers, under their lock, (3) calls rdl__sched_park with a commit that releases the lock.
 *          commit runs when the task is off its stack, so nobody can wake a task that still runs.
 * Waking   rdl__sched_ready, exactly once per park.
 */
#ifndef RDL__SCHED_H
#define RDL__SCHED_H

#include "runtime/rt.h"

/* Says why self is about to wait: for dumps and the detector. Call it before any waker can find the
 * task. deadline_ns 0: none. _by_time: as in struct ev_wait. */
void rdl__sched_wait_begin_by_time(struct task *self, enum ev_wait_kind kind,
                                   const void *const *objects, uint32_t n_objects,
                                   int64_t deadline_ns, const bool *by_time, uintptr_t pc);

static inline void rdl__sched_wait_begin(struct task *self, enum ev_wait_kind kind,
                                         const void *const *objects, uint32_t n_objects,
                                         int64_t deadline_ns, uintptr_t pc) {
    rdl__sched_wait_begin_by_time(self, kind, objects, n_objects, deadline_ns, NULL, pc);
}

/* Gives up the thread until somebody readies self, then tells that the wait has ended. commit (may
 * be NULL) runs after the task has left its stack. */
void rdl__sched_park(struct task *self, void (*commit)(struct task *self, void *arg), void *arg);

/* Makes a parked task runnable. The caller keeps running. */
void rdl__sched_ready(struct task *t);

/* The same for a list linked by `next`. in_front false: behind all that are runnable here, so that
 * several timers fire in the order of their deadlines [TM-05]. */
void rdl__sched_ready_all(struct task *first, bool in_front);

/* Makes t runnable, which has become the owner of something that others wait for, and lets it run at
 * once in the place of self, which stays runnable behind the others here. */
void rdl__sched_hand_over(struct task *self, struct task *t);

/* Puts a new task into a queue. */
void rdl__sched_start(struct task *t);

/* Lets others run: to the end of the global queue. */
void rdl__sched_yield(struct task *self);

/* Called by every call that may be repeated without parking: after BUDGET of them the task lets
 * others run, since nothing can take the thread from it. */
void rdl__sched_check_slow(struct task *self);
static inline void rdl__sched_check(struct task *self) {
    struct rdl__thread *thread = rdl__arch_thread();
    uint32_t left = atomic_load_explicit(&thread->budget, memory_order_relaxed) - 1; /* own */
    atomic_store_explicit(&thread->budget, left, memory_order_relaxed);              /* own */
    if (__builtin_expect(left == 0, 0)) {
        rdl__sched_check_slow(self);
    }
}

/* The same for calls whose fast path knows no task. False: the slow path must look (and begin with
 * rdl__task_self, since the thread may be new: then its budget is 0). Names the thread-local itself,
 * half a nanosecond less than rdl__arch_thread: only for functions that do nothing with the thread
 * after a call that may park, all of which are tail calls of functions that are not inlined. */
static inline bool rdl__sched_tick(void) {
    _Atomic uint32_t *budget = &rdl__this_thread.budget;
    uint32_t left = atomic_load_explicit(budget, memory_order_relaxed); /* own */
    if (__builtin_expect(left <= 1, 0)) {
        return false;
    }
    atomic_store_explicit(budget, left - 1, memory_order_relaxed); /* own */
    return true;
}

/* The first function on every stack of a goroutine. */
void rdl__sched_task_main(void *task);

/* Ends self: it is on no stack when the pool gets it. */
_Noreturn void rdl__sched_exit(struct task *self);

/* A number in [0, n): every choice of the runtime comes from here. n > 0. */
uint32_t rdl__sched_choose(uint32_t n);

/* The clock of the runtime, > 0. All time comes from here. */
int64_t rdl__sched_now(void);

/* A timer became the next one to fire: an idle worker must know. */
void rdl__sched_timer_armed(void);

/* A task began to wait for a descriptor: an idle worker must sleep in rdl__poll_run, not elsewhere. */
void rdl__sched_poll_armed(void);

/* rdl__poll_run(w, …) has slept and found descriptors ready: w goes on as a worker that has work, if
 * it may. Called before the first of the tasks is readied. */
void rdl__sched_poll_woke(struct worker *w);

/* Makes the calling thread a worker and never returns to its caller's stack: fn of a thread. */
void *rdl__sched_worker_main(void *worker);

/* The initial thread, running main, becomes a worker. */
void rdl__sched_adopt_initial(struct task *main_task);

/* The task is about to block its thread, and has: others run meanwhile [GR-22]. The task stays on
 * this thread; between the two it may call the runtime. Both nest, and keep errno. */
void rdl__sched_block_begin(struct task *self);
void rdl__sched_block_end(struct task *self);

/* A task between the two was parked, and goes back to what blocks its thread. */
void rdl__sched_block_again(struct task *self);

/* Stops workers from picking up tasks; counted, so that holders may overlap. */
void rdl__sched_hold(void);
void rdl__sched_unhold(void);

/* From here on only this task is picked up: the one that ends the process. */
void rdl__sched_leave_others(struct task *only);

/* Lends this thread's queue to others until every other task is parked, or the bound is over. */
void rdl__sched_settle(int64_t bound_ns);

int rdl__sched_set_maxprocs(int n);

#endif
