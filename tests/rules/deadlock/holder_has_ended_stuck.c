/* Rule    deadlock.holder_has_ended  [D8]
 * Expect  deadlock m
 * Also    misuse
 * Why     the thread that held the mutex has ended.
 * Twin    holder_has_ended_free.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

void *task(void *unused) {
    pthread_mutex_lock(&m);
    mark(0);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_join(thread, NULL);
    pthread_mutex_lock(&m);
    return pthread_mutex_unlock(&m);
}
