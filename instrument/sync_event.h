/* sync_event.h - the few sentences in which every lock, semaphore and condition is told.
 *
 * Each function is a whole event of the current thread: it finds the task, and does nothing when
 * nobody is watched. None touches errno. Zone: SYNC.
 *
 * Law of RP-08   Every operation on a primitive is an atomic write of its first bytes, judged before its
 * own synchronisation (detector/touch.h); init and destroy are plain writes of it. So an operation
 * that is not ordered with them, or with a plain write, copy or free of the object, is a race.
 */
#ifndef RADDLE_INSTRUMENT_SYNC_EVENT_H
#define RADDLE_INSTRUMENT_SYNC_EVENT_H

#include "instrument/front.h"

#include <time.h>

/* Enough to meet any plain access to the object, and one granule of shadow only. */
#define SYNC_TOUCHED_BYTES 4

HIDDEN void sync_new(enum ev_object_kind kind, const volatile void *object, size_t size,
                     uintptr_t pc);
HIDDEN void sync_destroy(const volatile void *object, size_t size, uintptr_t pc);

/* An operation will be told when the real one is done. */
HIDDEN void sync_expect(const volatile void *object);
/* An operation begins. */
HIDDEN void sync_touch(const volatile void *object, uintptr_t pc);
/* A condition variable is signalled: with sync_touch. */
HIDDEN void sync_signals(const volatile void *object, uintptr_t pc);
/* One was waited for, and the lock is held again. */
HIDDEN void sync_condition_waited(const volatile void *lock);
/* REL and ACQ of SEMANTICS HB-M-03. */
HIDDEN void sync_publish(const volatile void *object, uintptr_t pc); /* with sync_touch */
HIDDEN void sync_publish_to(const volatile void *key); /* without it: a clock of the object */
HIDDEN void sync_receive(const volatile void *object);

/* A lock was taken at once: sync_touch, the edge and the fact in one. readers: key of the readers that
 * a writer waits for, or NULL. mode: enum ev_lock_mode bits. */
HIDDEN void sync_taken(const volatile void *lock, const volatile void *readers, uint32_t mode,
                       uintptr_t pc);
/* A lock was taken after a sync_touch and a wait: the edge and the fact. Likewise. */
HIDDEN void sync_locked(const volatile void *lock, const volatile void *readers, uint32_t mode,
                        uintptr_t pc);
/* A lock is about to be let go. */
HIDDEN void sync_unlocking(const volatile void *lock, uint32_t mode, uintptr_t pc);

/* The thread is about to block, and runs again. deadline: absolute, on `clock`; NULL: none. */
HIDDEN void sync_wait(enum ev_wait_kind kind, const volatile void *object,
                      const struct det_task *waker, clockid_t clock,
                      const struct timespec *deadline, uintptr_t pc);
/* It may be about to, or go on at once; somebody: who would keep it waiting was seen. */
HIDDEN void sync_may_wait(enum ev_wait_kind kind, const volatile void *object, bool somebody,
                          uintptr_t pc);
HIDDEN void sync_waited(void);
/* The thread is about to sleep: a wait, too. */
HIDDEN void sync_sleep(uintptr_t pc);

/* Key of the readers' clock of a read-write lock: a second object inside the first [HB-RW-01]. */
static inline const volatile void *readers_of(const volatile void *lock) {
    return (const volatile char *)lock + 1;
}

#endif
