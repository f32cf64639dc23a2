/* Rule    lockorder.stream_closed  [D9]
 * Expect  none
 * Why     main has closed the stream that it had locked; the next one is another, wherever it lies.
 * Twin    stream_closed_cycle.c
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
    fclose(stream);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    __atomic_store_n(&stream, fopen("/dev/null", "r"), __ATOMIC_RELAXED);
    mark(0);
    return pthread_join(thread, NULL);
}
