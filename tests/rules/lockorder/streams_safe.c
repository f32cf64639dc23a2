/* Rule    lockorder.streams  [D9]
 * Expect  none
 * Why     main only tries to take the second one.
 * Twin    streams_cycle.c
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
    if (ftrylockfile(stdout) == 0) {
        funlockfile(stdout);
    }
    funlockfile(stdin);
    mark(0);
    return pthread_join(thread, NULL);
}
