/* Rule    deadlock.nobody_can_wake_main  [D8]
 * Expect  deadlock
 * Why     main waits for a post, and the thread that runs has no way to it.
 * Twin    nobody_can_wake_main_free.c
 */
#include "../invisible.h"
#include "../told.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

static void *run(void *given) {
    sem_t *posted = given;
    TOLD;
    if (posted != NULL) {
        sem_post(posted);
    }
    return NULL;
}

int main(void) {
    pthread_t thread;
    sem_t *posted = calloc(1, sizeof *posted);
    pthread_create(&thread, NULL, run, NULL);
    sem_wait(posted);
    return pthread_join(thread, NULL);
}
