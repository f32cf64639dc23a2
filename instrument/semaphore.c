/* semaphore.c - POSIX semaphores and barriers. */
#include "instrument/front.h"
#include "instrument/misuse.h"
#include "instrument/real.h"
#include "instrument/sync_event.h"
#include "instrument/sys.h"

#include <errno.h>
#include <time.h>

/* -- semaphores: post publishes, a successful wait receives [HB-PT-06] -- */

INTERPOSE int sem_init(sem_t *s, int shared, unsigned value) {
    sync_new(EV_OBJECT_SEMAPHORE, s, sizeof *s, CALLER_PC);
    return REAL_OF(sem_init)(s, shared, value);
}

INTERPOSE int sem_destroy(sem_t *s) {
    misuse_of_destroy(EV_OBJECT_SEMAPHORE, s, CALLER_PC);
    sync_destroy(s, sizeof *s, CALLER_PC);
    return REAL_OF(sem_destroy)(s);
}

INTERPOSE int sem_post(sem_t *s) {
    misuse_using(DEED_POST, EV_OBJECT_SEMAPHORE, s, CALLER_PC);
    det_serves((uintptr_t)s);
    sync_publish(s, CALLER_PC);
    return REAL_OF(sem_post)(s);
}

/* Tries without leaving a trace in errno, which only a failing caller's own call may set. */
static bool try_now(sem_t *s) {
    int saved = errno;
    bool taken = REAL_OF(sem_trywait)(s) == 0;
    errno = saved;
    return taken;
}

static int received(sem_t *s, int result) {
    if (result == 0) {
        sync_receive(s);
    }
    return result;
}

/* By cancellation, too. */
static void wait_ended(void *unused) {
    (void)unused;
    sync_waited();
}

INTERPOSE int sem_wait(sem_t *s) {
    int result = 0;
    misuse_using(DEED_WAIT, EV_OBJECT_SEMAPHORE, s, CALLER_PC);
    sync_touch(s, CALLER_PC);
    if (!try_now(s)) {
        sync_wait(EV_WAIT_PTHREAD_SEMAPHORE, s, NULL, CLOCK_MONOTONIC, NULL, CALLER_PC);
        pthread_cleanup_push(wait_ended, NULL);
        result = REAL_OF(sem_wait)(s);
        pthread_cleanup_pop(1);
    }
    return received(s, result);
}

INTERPOSE int sem_timedwait(sem_t *s, const struct timespec *deadline) {
    int result = 0;
    misuse_using(DEED_WAIT, EV_OBJECT_SEMAPHORE, s, CALLER_PC);
    sync_touch(s, CALLER_PC);
    if (!try_now(s)) {
        sync_wait(EV_WAIT_PTHREAD_SEMAPHORE, s, NULL, CLOCK_REALTIME, deadline, CALLER_PC);
        result = REAL_OF(sem_timedwait)(s, deadline);
        sync_waited();
    }
    return received(s, result);
}

INTERPOSE int sem_clockwait(sem_t *s, clockid_t clock, const struct timespec *deadline) {
    int result = 0;
    misuse_using(DEED_WAIT, EV_OBJECT_SEMAPHORE, s, CALLER_PC);
    sync_touch(s, CALLER_PC);
    if (!try_now(s)) {
        sync_wait(EV_WAIT_PTHREAD_SEMAPHORE, s, NULL, clock, deadline, CALLER_PC);
        result = REAL_OF(sem_clockwait)(s, clock, deadline);
        sync_waited();
    }
    return received(s, result);
}

INTERPOSE int sem_trywait(sem_t *s) {
    misuse_using(DEED_WAIT, EV_OBJECT_SEMAPHORE, s, CALLER_PC);
    sync_touch(s, CALLER_PC);
    return received(s, REAL_OF(sem_trywait)(s));
}

/* -- barriers: every arrival of a cycle before every departure of it [HB-PT-05] --
 *
 * A thread may arrive for the next cycle while one of this cycle has not received yet: with one key
 * for all cycles that is an edge too many. The error side is a miss, of a race between those two
 * only; a false alarm it cannot be.
 *
 * Any of them may end the barrier once it has returned, and free it, when others have left the real wait
 * but have not received yet: they would find nothing there.
 *
 *     A                               B
 *     publish, real wait              publish, real wait
 *     receive
 *     destroy, free, malloc
 *                                     receive: what A published is forgotten
 *
 * So destroy waits for them, as the real one does for those inside. They are counted in the object, of which
 * glibc uses 20 bytes of 32. The wait has an end, for two cases in which the count never becomes 0: one of
 * them does not come back (longjmp), or the barrier was not initialised through us (a library that is bound
 * to the real function), so that the count began with whatever lay there. Either costs its destroy
 * END_AT_MOST_NS, once, and nothing else. */

#define END_AT_MOST_NS ((int64_t)1000 * 1000 * 1000)

static void wait_until_received(pthread_barrier_t *b) {
    int64_t until = sys_clock_ns(CLOCK_MONOTONIC) + END_AT_MOST_NS;
    while (__atomic_load_n(barrier_inside(b), __ATOMIC_ACQUIRE) != 0 &&
           sys_clock_ns(CLOCK_MONOTONIC) < until) {
        sys_yield();
    }
}

INTERPOSE int pthread_barrier_init(pthread_barrier_t *b, const pthread_barrierattr_t *attributes,
                                   unsigned count) {
    if (UNLIKELY(count == 0)) {
        misuse_of_empty_barrier(b, CALLER_PC);
    }
    sync_new(EV_OBJECT_BARRIER, b, sizeof *b, CALLER_PC);
    int result = REAL_OF(pthread_barrier_init)(b, attributes, count);
    if (result == 0) {
        __atomic_store_n(barrier_inside(b), 0,
                         __ATOMIC_RELAXED); /* as the object's other contents */
    }
    return result;
}

INTERPOSE int pthread_barrier_destroy(pthread_barrier_t *b) {
    misuse_of_destroy(EV_OBJECT_BARRIER, b, CALLER_PC);
    wait_until_received(b);
    sync_destroy(b, sizeof *b, CALLER_PC);
    return REAL_OF(pthread_barrier_destroy)(b);
}

INTERPOSE int pthread_barrier_wait(pthread_barrier_t *b) {
    misuse_using(DEED_WAIT, EV_OBJECT_BARRIER, b, CALLER_PC);
    __atomic_fetch_add(barrier_inside(b), 1, __ATOMIC_RELAXED); /* nobody ends it meanwhile */
    sync_publish(b, CALLER_PC);
    sync_wait(EV_WAIT_PTHREAD_BARRIER, b, NULL, CLOCK_MONOTONIC, NULL, CALLER_PC);
    int result = REAL_OF(pthread_barrier_wait)(b);
    det_serves((uintptr_t)b);
    sync_waited();
    sync_receive(b);
    __atomic_fetch_sub(barrier_inside(b), 1, __ATOMIC_RELEASE); /* pairs with wait_until_received */
    return result;
}
