/* Rule    lockorder.stream_closed  [D9]
 * Expect  lock-order
 * Why     main takes the mutex while it has the stream, the thread the other way round.
 * Twin    stream_closed_safe.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <stdio.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
FILE *stream;

void *task(void *unused) {
    await(0);
    FILE *mine = __atomic_load_n(&stream, __ATOMIC_RELAXED);
    pthread_mutex_lock(&m);
    flockfile(mine);
    funlockfile(mine);
    pthread_mutex_unlock(&m);
    return NULL;
}

int main(void) {
    pthread_t thread;
    stream = fopen("/dev/null", "r");
    flockfile(stream);
    pthread_create(&thread, NULL, task, NULL);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    funlockfile(stream);
    mark(0);
    return pthread_join(thread, NULL);
}
