/* semaphore.c - POSIX semaphores: post publishes, a successful wait receives [HB-PT-06]. */
#include "instrument/front.h"
#include "instrument/misuse.h"
#include "instrument/real.h"
#include "instrument/sync_event.h"

#include <errno.h>
#include <time.h>

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
