/* scan.c - what tasks there are, and where their stacks end, for a detector that has stopped everything.
 *
 * Any thread may stand anywhere: nothing here takes a lock, and what is read was true at each instruction of the
 * code that changes it:
 *     a task is told of from its slab, like a dump's [TR-02]; one that is dead has state TASK_DEAD
 *     who readies a task has its waiter, which lies on the task's stack, or the task itself in hand until it is
 *     TASK_RUNNABLE
 *     a task that has left its stack but is not TASK_PARKED yet counts as one that runs: nothing is lost
 */
#include "runtime/scan.h"

#include "runtime/rt.h"

static bool is_parked(const struct task *t) {
    return atomic_load_explicit(&t->state, memory_order_relaxed) == TASK_PARKED && /* all stand */
           atomic_load_explicit(&t->claim, memory_order_relaxed) != CLAIM_TAKEN &&
           atomic_load_explicit(&t->foreign_wake, memory_order_relaxed) == 0;
}

static bool is_running(const struct task *t) {
    uint32_t state = atomic_load_explicit(&t->state, memory_order_relaxed); /* all stand */
    return state == TASK_RUNNING || state == TASK_BLOCKING;
}

static void see_task(struct task *t, void *see) {
    if (atomic_load_explicit(&t->state, memory_order_relaxed) == TASK_DEAD) { /* all stand */
        return;
    }
    bool left = t->kind != TASK_FOREIGN && t->started;
    struct ev_parked parked = {.task = t->det,
                               .parked = is_parked(t),
                               .runs = is_running(t),
                               .sp = left ? (uintptr_t)t->context.sp : 0,
                               .own_lo = (uintptr_t)t,
                               .own_hi = (uintptr_t)(t + 1)};
    if (t->stack.hi != 0) {
        parked.stack_lo = t->stack.lo + STACK_GUARD_BYTES;
        parked.stack_hi = rdl__stack_top(t->stack.hi);
    }
    (*(void (**)(const struct ev_parked *))see)(&parked);
}

static void see_idle(void (*see)(const struct ev_parked *task), _Atomic uint32_t *word) {
    const struct ev_parked thread = {.idle_word = (uintptr_t)word};
    see(&thread);
}

static void see_threads(void (*see)(const struct ev_parked *task)) {
    struct rdl__sched *sched = &rdl__rt.sched;
    uint32_t n = atomic_load_explicit(&sched->n_workers, memory_order_relaxed); /* all stand */
    for (uint32_t i = 0; i < n; i++) {
        see_idle(see, &atomic_load_explicit(&sched->workers[i], memory_order_relaxed)->wake);
    }
    see_idle(see, &sched->monitor_wake);
}

void rdl__scan_parked(void (*see)(const struct ev_parked *task)) {
    const struct stack *scheduler = &rdl__rt.sched.initial_stack;
    const struct ev_parked own = {
        .runs = true, .stack_lo = scheduler->lo, .stack_hi = scheduler->hi};
    see(&own);
    see_threads(see);
    rdl__task_each(see_task, &see);
}
