/* Rule    deadlock.detached_holder_has_ended  [D8]
 * Expect  deadlock m
 * Also    misuse
 * Why     the thread that held the mutex has ended, and nobody joined it.
 * Twin    detached_holder_has_ended_free.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

void *task(void *unused) {
    pthread_detach(pthread_self());
    pthread_mutex_lock(&m);
    mark(0);
    mark(1);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    await(0);
    pthread_mutex_lock(&m);
    return pthread_mutex_unlock(&m);
}
