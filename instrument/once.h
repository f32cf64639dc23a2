/* once.h - who runs a once: see once.c. */
#ifndef RADDLE_INSTRUMENT_ONCE_H
#define RADDLE_INSTRUMENT_ONCE_H

#include "instrument/front.h"
#include "instrument/sync_event.h"

/* This task begins to run what is to happen once, and has ended that, or left it: no edge of its own. */
HIDDEN void once_begin(const volatile void *once, uintptr_t pc);
HIDDEN void once_end(const volatile void *once);
/* Whether glibc's once, or the guard of a static variable (cxxabi.c), says that somebody runs it. */
HIDDEN bool once_is_under_way(const volatile void *control);
HIDDEN bool guard_is_under_way(const volatile void *guard);

#endif
