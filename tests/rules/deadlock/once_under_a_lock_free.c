/* Rule    deadlock.once_under_a_lock  [D8]
 * Expect  none
 * Why     main lets go of the lock before.
 * Twin    once_under_a_lock_stuck.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_once_t once = PTHREAD_ONCE_INIT;
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

void routine(void) {
    mark(0);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
}

void *task(void *unused) {
    pthread_once(&once, routine);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_mutex_lock(&m);
    pthread_create(&thread, NULL, task, NULL);
    await(0);
    pthread_mutex_unlock(&m);
    pthread_once(&once, routine);
    return pthread_join(thread, NULL);
}
