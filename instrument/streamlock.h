/* streamlock.h - the lock of a stream: see streamlock.c. */
#ifndef RADDLE_INSTRUMENT_STREAMLOCK_H
#define RADDLE_INSTRUMENT_STREAMLOCK_H

#include "instrument/front.h"

#include <stdio.h>

/* Names the streams that every program has. */
HIDDEN void streamlock_start(void);

/* The stream is about to be closed: who has its lock lets it go by that. */
HIDDEN void streamlock_closes(const FILE *stream, uintptr_t pc);

/* For deadlock.c: whether the system's `thread` has the lock of a stream, which is kept at that address. False, too:
 * there is no such memory any more. */
HIDDEN bool streamlock_is_of(uint32_t thread, uintptr_t lock);

#endif
