/* Rule    deadlock.waits_until_it_is_cancelled  [D8]
 * Expect  none
 * Why     main has the handle to cancel it with.
 * Twin    waits_until_it_is_cancelled_stuck.c
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
    start(&kept);
    unused = pthread_self();
    await_times(0, 1);
    UNTOLD;
    if (kept != 0) {
        pthread_cancel(kept);
        pthread_join(kept, NULL);
    }
    return 0;
}
