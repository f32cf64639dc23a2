/* Rule    deadlock.stream_locked_twice  [D8]
 * Expect  none
 * Why     main lets go of the stream as often as it has taken it.
 * Twin    stream_locked_twice_stuck.c
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
    funlockfile(stdout);
    return pthread_join(thread, NULL);
}
