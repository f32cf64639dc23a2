/* Rule    deadlock.streams_crosswise  [D8]
 * Expect  deadlock
 * Why     each waits for the stream that the other has locked.
 * Says    waits in flockfile on stream `stdout`
 * Twin    streams_crosswise_free.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <stdio.h>

void *task(void *unused) {
    flockfile(stdout);
    mark(0);
    await(1);
    flockfile(stdin);
    funlockfile(stdin);
    funlockfile(stdout);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    flockfile(stdin);
    await(0);
    mark(1);
    if (flockfile(stdout), 1) {
        funlockfile(stdout);
    }
    funlockfile(stdin);
    return pthread_join(thread, NULL);
}
