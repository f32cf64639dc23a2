/* Rule    deadlock.stream_locked_twice  [D8]
 * Expect  deadlock
 * Why     main has taken the stream twice, and let go of it once.
 * Twin    stream_locked_twice_free.c
 */
#include "../asleep.h"

#include <pthread.h>

static void *task(void *unused) {
    flockfile(stdout);
    funlockfile(stdout);
    return unused;
}

int main(void) {
    pthread_t thread;
    flockfile(stdout);
    flockfile(stdout);
    pthread_create(&thread, NULL, task, NULL);
    await_sleepers(1);
    funlockfile(stdout);
    return pthread_join(thread, NULL);
}
