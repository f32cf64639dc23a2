/* Rule    deadlock.waits_until_it_is_cancelled  [D8]
 * Expect  deadlock
 * Why     only the thread that waits has the semaphore, and nobody cancels it.
 * Twin    waits_until_it_is_cancelled_free.c
 */
#include "../invisible.h"
#include "../told.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

pthread_t kept;

static void *wait(void *posted) {
    mark(0);
    sem_wait(posted);
    return NULL;
}

APART static void start(pthread_t *handle) {
    pthread_t thread;
    pthread_create(&thread, NULL, wait, calloc(1, sizeof(sem_t)));
    *handle = thread;
}

int main(void) {
    pthread_t unused __attribute__((unused));
    start(&unused);
    unused = pthread_self();
    await_times(0, 1);
    TOLD;
    if (kept != 0) {
        pthread_cancel(kept);
        pthread_join(kept, NULL);
    }
    return 0;
}
