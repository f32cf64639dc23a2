/* Calls that fail: the answer is that of the C library, whatever was tried before. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <time.h>

static pthread_mutex_t robust, plain = PTHREAD_MUTEX_INITIALIZER;
static const struct timespec past, invalid = {.tv_nsec = -1};

static void *leave_locked(void *unused) {
    pthread_mutex_lock(&robust);
    return unused;
}

/* Nobody made it consistent again: it is of no use for ever, and says so each time. */
static int is_not_recoverable(void) {
    pthread_mutexattr_t attributes;
    pthread_t t;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&robust, &attributes);
    pthread_create(&t, NULL, leave_locked, NULL);
    pthread_join(t, NULL);
    return pthread_mutex_lock(&robust) == EOWNERDEAD && pthread_mutex_unlock(&robust) == 0 &&
           pthread_mutex_lock(&robust) == ENOTRECOVERABLE &&
           pthread_mutex_timedlock(&robust, &past) == ENOTRECOVERABLE &&
           pthread_mutex_lock(&robust) == ENOTRECOVERABLE && pthread_mutex_destroy(&robust) == 0;
}

static int is_refused(void) {
    return pthread_mutex_clocklock(&plain, 77, &past) == EINVAL && /* no such clock */
           pthread_mutex_lock(&plain) == 0 &&
           pthread_mutex_clocklock(&plain, CLOCK_MONOTONIC, &past) == ETIMEDOUT &&
           pthread_mutex_timedlock(&plain, &invalid) == EINVAL && pthread_mutex_unlock(&plain) == 0;
}

int main(void) {
    return !is_not_recoverable() ? 1 : !is_refused() ? 2 : 0;
}
