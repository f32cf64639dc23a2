/* memory.h - the process's memory and threads at one moment, as the core asks for them (struct det_memory). */
#ifndef RADDLE_INSTRUMENT_MEMORY_H
#define RADDLE_INSTRUMENT_MEMORY_H

#include "instrument/front.h"

/* NULL in tests. */
extern HIDDEN const struct det_memory memory_now;

/* A range is a runtime's own: see raddle_events.own_memory. */
HIDDEN void memory_is_own(uintptr_t addr, size_t size);

#endif
