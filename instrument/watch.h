/* watch.h - who looks when all others wait: see watch.c. */
#ifndef RADDLE_INSTRUMENT_WATCH_H
#define RADDLE_INSTRUMENT_WATCH_H

#include "instrument/front.h"

/* Somebody is about to wait, and perhaps for ever: it shall be looked at in a moment. Any thread. Cost: a store,
 * or a clone(2) if nobody has asked lately. */
HIDDEN COLD void watch_want(void);
/* What det_task_waits or det_thread_waits said. One who need not look at once comes if there is none; a watcher that
 * is just leaving may be missed, until somebody waits again. */
static inline void watch_as_told(enum det_look look) {
    bool there = __atomic_load_n(&front.watcher.alive, __ATOMIC_RELAXED) > 0;
    if (UNLIKELY(look == DET_LOOK_NOW || (look == DET_LOOK_LATER && !there))) {
        watch_want();
    }
}

/* Asks for a dump of all tasks. Anywhere, also in a handler of a signal. */
HIDDEN COLD void watch_dump(void);

/* A deadlock of all is about to be told: circles are told before. On a thread that is in no wait. */
HIDDEN COLD void watch_circles(void);

/* A deadlock of all was told, and who calls would end the process: returns, or does not, as on_deadlock says. */
HIDDEN COLD void watch_stay(void);

/* The process ends: what is stuck by now is told before. On a thread that is in no wait. */
HIDDEN COLD void watch_end(void);
/* No thread of ours is left, and none comes: the process is sandboxed. */
HIDDEN COLD void watch_gone(void);
HIDDEN void watch_fork_child(void);

#endif
