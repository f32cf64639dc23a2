/* Rule    deadlock.stream_and_lock  [D8]
 * Expect  none
 * Why     main only tries to take the mutex.
 * Twin    stream_and_lock_stuck.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <stdio.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

void *task(void *unused) {
    pthread_mutex_lock(&m);
    mark(0);
    await(1);
    flockfile(stdout);
    funlockfile(stdout);
    pthread_mutex_unlock(&m);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    flockfile(stdout);
    await(0);
    mark(1);
    if (pthread_mutex_trylock(&m) == 0) {
        pthread_mutex_unlock(&m);
    }
    funlockfile(stdout);
    return pthread_join(thread, NULL);
}
