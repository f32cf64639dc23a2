/* Rule    deadlock.robust_holder_has_ended  [D8]
 * Expect  deadlock m
 * Also    misuse
 * Why     the thread that held the mutex has ended.
 * Twin    robust_holder_has_ended_free.c
 */
#include "../invisible.h"

#include <errno.h>
#include <pthread.h>

pthread_mutex_t m;

void *task(void *unused) {
    pthread_mutex_lock(&m);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_STALLED);
    pthread_mutex_init(&m, &attributes);
    pthread_create(&thread, NULL, task, NULL);
    pthread_join(thread, NULL);
    if (pthread_mutex_lock(&m) == EOWNERDEAD) {
        pthread_mutex_consistent(&m);
    }
    return pthread_mutex_unlock(&m);
}
