/* rwlock.c - pthread read-write locks: two clocks, writers' and readers' [HB-RW-01, HB-PT-03].
 *
 * The writers' clock has the lock's own address as its key, the readers' the byte after it. glibc's
 * unlock is one call for both modes; which one it is stands in the lock, which the caller holds.
 */
#include "instrument/front.h"
#include "instrument/misuse.h"
#include "instrument/real.h"
#include "instrument/sync_event.h"

#include <errno.h>

/* The mode of a lock that is taken so, with what the lock says of itself. */
static uint32_t told(const pthread_rwlock_t *l, uint32_t mode) {
    bool first = l->__data.__flags == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP;
    return mode | EV_LOCK_IS_RWLOCK | EV_LOCK_SHARED | (first ? EV_LOCK_WRITERS_FIRST : 0);
}

static int tried(const pthread_rwlock_t *l, int result, uint32_t mode, uintptr_t pc) {
    if (result == 0) {
        sync_taken(l, readers_of(l), told(l, mode), pc);
    } else {
        sync_touch(l, pc);
    }
    return result;
}

static int waited(const pthread_rwlock_t *l, int result, uint32_t mode, uintptr_t pc) {
    sync_waited();
    if (result == 0) {
        sync_locked(l, readers_of(l), told(l, mode), pc);
    }
    return result;
}

static void wait_for(const pthread_rwlock_t *l, uint32_t mode, clockid_t clock,
                     const struct timespec *deadline, uintptr_t pc) {
    enum ev_wait_kind kind =
        (mode & EV_LOCK_READ) != 0 ? EV_WAIT_PTHREAD_RWLOCK_READ : EV_WAIT_PTHREAD_RWLOCK_WRITE;
    sync_wait(kind, l, NULL, clock, deadline, pc);
}

INTERPOSE int pthread_rwlock_init(pthread_rwlock_t *l, const pthread_rwlockattr_t *attributes) {
    misuse_of_rwlock(DEED_INIT, l, CALLER_PC);
    sync_new(EV_OBJECT_RWMUTEX, l, sizeof *l, CALLER_PC);
    return REAL_OF(pthread_rwlock_init)(l, attributes);
}

INTERPOSE int pthread_rwlock_destroy(pthread_rwlock_t *l) {
    misuse_of_rwlock(DEED_DESTROY, l, CALLER_PC);
    sync_destroy(l, sizeof *l, CALLER_PC);
    return REAL_OF(pthread_rwlock_destroy)(l);
}

/* The six ways in differ in the mode, the real calls and the deadline only. */
#define LOCK(name, try_name, way, clock, deadline, parameters, arguments)                          \
    INTERPOSE int name parameters {                                                                \
        int result = REAL_OF(try_name)(l);                                                         \
        if (LIKELY(result != EBUSY)) {                                                             \
            return tried(l, result, way, CALLER_PC);                                               \
        }                                                                                          \
        sync_touch(l, CALLER_PC);                                                                  \
        wait_for(l, way, clock, deadline, CALLER_PC);                                              \
        return waited(l, REAL_OF(name) arguments, way, CALLER_PC);                                 \
    }

LOCK(pthread_rwlock_rdlock, pthread_rwlock_tryrdlock, EV_LOCK_READ, CLOCK_MONOTONIC, NULL,
     (pthread_rwlock_t * l), (l))
LOCK(pthread_rwlock_wrlock, pthread_rwlock_trywrlock, EV_LOCK_WRITE, CLOCK_MONOTONIC, NULL,
     (pthread_rwlock_t * l), (l))
LOCK(pthread_rwlock_timedrdlock, pthread_rwlock_tryrdlock, EV_LOCK_READ | EV_LOCK_TIMED,
     CLOCK_REALTIME, at, (pthread_rwlock_t * l, const struct timespec *at), (l, at))
LOCK(pthread_rwlock_timedwrlock, pthread_rwlock_trywrlock, EV_LOCK_WRITE | EV_LOCK_TIMED,
     CLOCK_REALTIME, at, (pthread_rwlock_t * l, const struct timespec *at), (l, at))
LOCK(pthread_rwlock_clockrdlock, pthread_rwlock_tryrdlock, EV_LOCK_READ | EV_LOCK_TIMED, clock, at,
     (pthread_rwlock_t * l, clockid_t clock, const struct timespec *at), (l, clock, at))
LOCK(pthread_rwlock_clockwrlock, pthread_rwlock_trywrlock, EV_LOCK_WRITE | EV_LOCK_TIMED, clock, at,
     (pthread_rwlock_t * l, clockid_t clock, const struct timespec *at), (l, clock, at))

INTERPOSE int pthread_rwlock_tryrdlock(pthread_rwlock_t *l) {
    return tried(l, REAL_OF(pthread_rwlock_tryrdlock)(l), EV_LOCK_READ | EV_LOCK_TRY, CALLER_PC);
}

INTERPOSE int pthread_rwlock_trywrlock(pthread_rwlock_t *l) {
    return tried(l, REAL_OF(pthread_rwlock_trywrlock)(l), EV_LOCK_WRITE | EV_LOCK_TRY, CALLER_PC);
}

INTERPOSE int pthread_rwlock_unlock(pthread_rwlock_t *l) {
    misuse_unlocking_rwlock(l, CALLER_PC);
    /* A writer's thread id stands there while it holds the lock, and 0 while readers do. */
    bool writer = l->__data.__cur_writer != 0;
    sync_unlocking(l, writer ? EV_LOCK_WRITE : EV_LOCK_READ, CALLER_PC);
    return REAL_OF(pthread_rwlock_unlock)(l);
}
