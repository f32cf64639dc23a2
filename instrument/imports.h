/* imports.h - whether the program or a library of its own calls a function by its name.
 *
 * Model   What the dynamic linker was asked for, by calls and by addresses taken. Not seen: a function that dlsym found, one
 *         that is linked in statically, a system call of the program's own assembly.
 * Thread  while all others are stopped (stop.h): then the dynamic linker's list does not change.
 * Zone    no libc, no locks.
 */
#ifndef RADDLE_INSTRUMENT_IMPORTS_H
#define RADDLE_INSTRUMENT_IMPORTS_H

#include "instrument/front.h"

/* Any of the names, the last of which is NULL. Libraries that belong to the system's C and C++, to OpenMP or to us do
 * not count. True also when it cannot be told: a library is coming or going at the moment. Cost: some microseconds a
 * library. */
HIDDEN bool imports_any(const char *const *names);

#endif
