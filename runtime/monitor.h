/* monitor.h - the thread that sees to it that nobody keeps the others from running [GR-22, GR-23]. */
#ifndef RDL__MONITOR_H
#define RDL__MONITOR_H

#include "runtime/rt.h"

enum monitor_state { MONITOR_NONE, MONITOR_STARTING, MONITOR_UP, MONITOR_FAILED };

/* Starts it if it does not run yet. True when it runs, or will in a moment. */
bool rdl__monitor_start(void);

/* Before a task other than main may run, now or when a timer fires: main might compute for ever. */
static inline void rdl__monitor_need(void) {
    if (__builtin_expect(atomic_load_explicit(&rdl__rt.sched.monitor_state, memory_order_relaxed) ==
                             MONITOR_NONE, /* a hint */
                         0)) {
        (void)rdl__monitor_start();
    }
}

/* There is something to look at. Lock held. */
void rdl__monitor_rouse(void);

#endif
