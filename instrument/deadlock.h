/* deadlock.h - what a deadlock is judged by, of what glibc and the kernel know. */
#ifndef RADDLE_INSTRUMENT_DEADLOCK_H
#define RADDLE_INSTRUMENT_DEADLOCK_H

#include "instrument/front.h"

/* Whether nothing but another thread of this process can end a wait for the object: it is not shared with
 * other processes. object: valid, of what `kind` says. */
HIDDEN bool deadlock_is_within(enum ev_wait_kind kind, const volatile void *object);
/* Whether it is a reader's, and writers that wait go first. Likewise. */
HIDDEN bool deadlock_is_behind_writers(enum ev_wait_kind kind, const volatile void *object);
/* The system's number of this thread; 0: it may not be asked (sandbox.c). */
HIDDEN uint32_t deadlock_thread(void);
/* For the core (struct det_host). */
HIDDEN enum det_sleep deadlock_asleep(uint32_t thread, uint32_t kind, uintptr_t object);
HIDDEN bool deadlock_holds(uint32_t thread, uint32_t kind, uintptr_t lock, uint32_t mode);
HIDDEN bool deadlock_has_threads(const struct det_threads *waiting);

#endif
