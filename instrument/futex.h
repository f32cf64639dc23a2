/* futex.h - who waits at a futex that was asked for by number: see futex.c. */
#ifndef RADDLE_INSTRUMENT_FUTEX_H
#define RADDLE_INSTRUMENT_FUTEX_H

#include "instrument/front.h"

/* futex(2) as syscall(2) was asked for it: all the words that there may be. Its result, and errno. */
HIDDEN long futex_call(const long word[6], uintptr_t pc);

/* For deadlock.c: whether only a task of this process that has the word can wake who sleeps there by that operation. */
HIDDEN bool futex_is_within(uintptr_t word, uintptr_t operation);

#endif
