/* outside.h - which threads are inside a call that may sleep in the kernel for long?
 *
 * Model    Our function that stands before such a call saves the registers that a function must keep on its stack, and
 *          counts itself, in a table by the system's number of the thread, for who looks from outside (stop.h) cannot get
 *          at the thread's own memory. So of one that is left asleep there all that it holds lies on its stack.
 * Parts    of what a call writes may be done when it is interrupted, and then it ends. A thread that runs within one is
 *          not interrupted, and begins none while threads are being stopped:
 *
 *              thread                          who stops
 *              parts := 1                      stopping := 1, and a fence for all processors
 *              stopping 1: parts := 0,         parts 0: interrupts it; it is not in such a call
 *                waits, and again              parts 1: looks again later
 *              the call; parts := 0
 *
 * Left     A jump out of a handler, over such a call: counts 0, also where that call still is. Calls that we do not stand
 *          before are not counted.
 * Zone     SYNC. Leaves errno alone.
 */
#ifndef RADDLE_INSTRUMENT_OUTSIDE_H
#define RADDLE_INSTRUMENT_OUTSIDE_H

#include "instrument/front.h"

#define OUTSIDE_SLOTS   8192u
#define OUTSIDE_WHOLE   4096u /* bytes: of no more a pipe takes all or nothing */
#define OUTSIDE_UNKNOWN (OUTSIDE_WHOLE + 1)

#define OUTSIDE_GONE 0xffffffffu /* of a slot's thread: free, but others may lie behind it */

/* The calling thread's; one that there is no room for has one that nobody looks at. */
HIDDEN COLD struct outside_slot *outside_begin(void);
/* Where the calling thread's handlers run from now on; lo == hi: on its own stack. */
HIDDEN void outside_handlers(uintptr_t lo, uintptr_t hi);
/* The thread ends. */
HIDDEN void outside_end(void);
HIDDEN COLD void outside_wait(void);
HIDDEN void outside_fork_child(void);

/* NULL: nothing is known of it. */
HIDDEN const struct outside_slot *outside_of(uint32_t thread);

static inline struct outside_slot *outside_slot(void) {
    return LIKELY(self.outside != NULL) ? self.outside : outside_begin();
}

static inline uint32_t outside_enter(void) {
    struct outside_slot *slot = outside_slot();
    uint32_t was = slot->calls;
    __atomic_store_n(&slot->calls, was + 1,
                     __ATOMIC_RELAXED); /* for one who stops us: a system call orders it */
    return was;
}

static inline void outside_leave(uint32_t was) {
    __atomic_store_n(&self.outside->calls, was, __ATOMIC_RELAXED);
}

static inline uint32_t outside_enter_parts(void) {
    struct outside_slot *slot = outside_slot();
    uint32_t was = slot->parts;
    for (;;) {
        __atomic_store_n(&slot->parts, was + 1, __ATOMIC_RELAXED);
        __atomic_signal_fence(__ATOMIC_SEQ_CST); /* the other side fences for both */
        if (LIKELY(__atomic_load_n(&front.stops.stopping, __ATOMIC_RELAXED) == 0)) {
            return was;
        }
        __atomic_store_n(&slot->parts, was, __ATOMIC_RELAXED);
        outside_wait();
    }
}

static inline void outside_leave_parts(uint32_t was) {
    __atomic_store_n(&self.outside->parts, was, __ATOMIC_RELAXED);
}

/* A jump has left whatever there was. */
static inline void outside_jump(void) {
    if (self.outside != NULL) {
        self.outside->calls = 0;
        self.outside->parts = 0;
    }
}

/* The value of a call that may sleep, made by the function that uses this. */
#define OUTSIDE(call)                                                                              \
    __extension__({                                                                                \
        __builtin_unwind_init();                                                                   \
        uint32_t was_calls_ = outside_enter();                                                     \
        __typeof__(call) result_ = (call);                                                         \
        outside_leave(was_calls_);                                                                 \
        result_;                                                                                   \
    })

/* The same of one that may end with a part of its n bytes done. */
#define OUTSIDE_IN_PARTS(n, call)                                                                  \
    __extension__({                                                                                \
        __builtin_unwind_init();                                                                   \
        bool has_parts_ = (n) > OUTSIDE_WHOLE;                                                     \
        uint32_t was_parts_ = has_parts_ ? outside_enter_parts() : 0;                              \
        uint32_t was_calls_ = outside_enter();                                                     \
        __typeof__(call) result_ = (call);                                                         \
        outside_leave(was_calls_);                                                                 \
        if (has_parts_) {                                                                          \
            outside_leave_parts(was_parts_);                                                       \
        }                                                                                          \
        result_;                                                                                   \
    })

#endif
