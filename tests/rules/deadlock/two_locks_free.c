/* Rule    deadlock.two_locks  [D8]
 * Expect  none
 * Why     who only tries lets go again.
 * Twin    two_locks_stuck.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;

void *task(void *unused) {
    pthread_mutex_lock(&b);
    mark(0);
    await(1);
    if (pthread_mutex_trylock(&a) == 0) {
        pthread_mutex_unlock(&a);
    }
    pthread_mutex_unlock(&b);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_mutex_lock(&a);
    await(0);
    mark(1);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
    return pthread_join(thread, NULL);
}
