/* look.h - where a worker looks for work, and in which order. */
#ifndef RDL__LOOK_H
#define RDL__LOOK_H

#include "runtime/rt.h"

/* A task for w to run, from wherever there is one; NULL: nothing was found. */
struct task *rdl__look(struct worker *w);

/* -- for the task that is about to leave w: on its stack, and maybe under locks -- */

#define TIMER_CHECK_STEP 16

/* Something is for the scheduler to do: to pay attention, or to fire timers, which may need locks
 * that are held here. A detector wants to see the scheduler too. */
static inline bool rdl__look_is_wanted(struct worker *w) {
    uint32_t tick = atomic_load_explicit(&w->tick, memory_order_relaxed) + 1; /* own */
    return rdl__emit_on() || atomic_load_explicit(&w->attention, memory_order_relaxed) != 0 ||
           (tick % TIMER_CHECK_STEP == 0 &&
            atomic_load_explicit(&rdl__rt.timers.next_ns, memory_order_relaxed) != OS_FOREVER);
}

/* Taken from w's own queue or, when that is empty and even_global is set, the global one. */
struct task *rdl__look_here(struct worker *w, bool even_global);

/* Puts self to the end of the global queue and takes the head. NULL: nobody else is there, and self
 * was not put there; otherwise the scheduler's lock is held on return. */
struct task *rdl__look_exchange(struct worker *w, struct task *self);

/* Whether t, just taken, can be switched to directly: a new stack costs system calls, and a locked
 * task is for its own thread. */
static inline bool rdl__look_fits(const struct worker *w, const struct task *t) {
    return t->home == NULL &&
           (t->started || (w->n_warm != 0 && t->stack_class == rdl__rt.default_class));
}

#endif
