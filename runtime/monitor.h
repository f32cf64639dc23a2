/* monitor.h - the thread that sees to it that nobody keeps the others from running [GR-22, GR-23]. */
#ifndef RDL__MONITOR_H
#define RDL__MONITOR_H

#include "runtime/rt.h"

enum monitor_state { MONITOR_NONE, MONITOR_STARTING, MONITOR_UP, MONITOR_FAILED };

/* Starts it if it does not run yet. True when it runs, or will in a moment. */
bool rdl__monitor_start(void);

/* There is something to look at. Lock held. */
void rdl__monitor_rouse(void);

#endif
