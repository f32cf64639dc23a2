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

/* The same of a thread of another process, which has descriptors of its own; pidfd: of that process, or -1. Holds the
 * descriptor that the thread reads for a moment. */
HIDDEN bool restart_of_other(int pidfd, const struct place *place);

/* The runtime's own wait for descriptors: its end, which it hears of, is one of many to it. first: argument of call. */
HIDDEN bool restart_is_runtimes(long call, uintptr_t first);

/* It waits for a child that has its memory. */
HIDDEN bool restart_is_child(const struct place *place);

#endif
