/* watch.h - who looks when all others wait: see watch.c. */
#ifndef RADDLE_INSTRUMENT_WATCH_H
#define RADDLE_INSTRUMENT_WATCH_H

#include "instrument/front.h"

/* Somebody is about to wait, and perhaps for ever: it shall be looked at in a moment. Any thread. Cost: a store,
 * or a clone(2) if nobody has asked lately. */
HIDDEN COLD void watch_want(void);
/* The process ends: what is stuck by now is told before. On a thread that is in no wait. */
HIDDEN COLD void watch_end(void);
/* No thread of ours is left, and none comes: the process is sandboxed. */
HIDDEN COLD void watch_gone(void);
HIDDEN void watch_fork_child(void);

#endif
