/* Rule    deadlock.exit_by_a_thread  [D8]
 * Expect  none
 * Why     the thread that joins it has no lock.
 * Twin    exit_by_a_thread_stuck.c
 */
#include "../asleep.h"

#include <pthread.h>
#include <stdlib.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static void handle(void) {
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
}

static void *task(void *unused) {
    await_sleepers(1);
    exit(0);
}

int main(void) {
    pthread_t thread;
    atexit(handle);
    pthread_create(&thread, NULL, task, NULL);
    return pthread_join(thread, NULL);
}
