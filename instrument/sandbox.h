/* sandbox.h - a program is about to forbid itself system calls: see sandbox.c. */
#ifndef RADDLE_INSTRUMENT_SANDBOX_H
#define RADDLE_INSTRUMENT_SANDBOX_H

#include "instrument/front.h"

/* Before it is asked for. is_strict: all but to read, to write and to exit. */
HIDDEN COLD void sandbox_begins(bool is_strict);
/* What was asked for, result says whether it is so; gives result back. */
HIDDEN COLD long sandbox_began(bool is_strict, long result);

#endif
