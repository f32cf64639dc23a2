/* Rule    pthread.stream-lock  [HB-PT-02]
 * Expect  race x
 * Why     two streams have two locks.
 * Twin    stream_lock_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <stdio.h>

int x;

static void *a(void *unused) {
    flockfile(stdout);
    x = 1;
    funlockfile(stdout);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    FILE *stream = stderr;
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    flockfile(stream);
    x = 2;
    funlockfile(stream);
    pthread_join(thread, NULL);
    return 0;
}
