/* restart.h - which system calls go on as if nothing had been when their thread is interrupted without a signal's
 * handler being run. Zone: every one.
 */
#ifndef RADDLE_INSTRUMENT_RESTART_H
#define RADDLE_INSTRUMENT_RESTART_H

#include "instrument/place.h"

/* Nobody comes to know: the kernel begins it again by itself, or would if its answer were another (tracer.c), and
 * nothing is lost by that. */
HIDDEN bool restart_is_whole(const struct place *place);

/* The same, of a call asleep that restart_is_whole leaves out; asked in the process itself, for it looks at what
 * the descriptor is. */
HIDDEN bool restart_is_likely(const struct place *place);

/* It waits for a child that has its memory. */
HIDDEN bool restart_is_child(const struct place *place);

#endif
