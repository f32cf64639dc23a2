/* Rule    deadlock.ended_by_exit  [D8]
 * Expect  none
 * Why     main has the lock that the thread waits for, and ends without letting it go.
 * Twin    ended_by_exit_stuck.c
 */
#include "../asleep.h"

#include <pthread.h>
#include <unistd.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static void *task(void *unused) {
    pthread_mutex_lock(&m);
    pthread_mutex_lock(&m);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_mutex_lock(&m);
    pthread_create(&thread, NULL, task, NULL);
    await_sleepers(1);
    _exit(0);
    return 0;
}
