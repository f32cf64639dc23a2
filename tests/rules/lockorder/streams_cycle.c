/* Rule    lockorder.streams  [D9]
 * Expect  lock-order
 * Why     the threads lock the streams in opposite order.
 * Twin    streams_safe.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <stdio.h>

void *task(void *unused) {
    await(0);
    flockfile(stdout);
    flockfile(stdin);
    funlockfile(stdin);
    funlockfile(stdout);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    flockfile(stdin);
    if (flockfile(stdout), 1) {
        funlockfile(stdout);
    }
    funlockfile(stdin);
    mark(0);
    return pthread_join(thread, NULL);
}
