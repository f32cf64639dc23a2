/* Rule    deadlock.nobody_can_wake_main  [D8]
 * Expect  none
 * Why     the thread that runs has it on its stack.
 * Twin    nobody_can_wake_main_stuck.c
 */
#include "../invisible.h"
#include "../told.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

static void *run(void *given) {
    sem_t *posted = given;
    UNTOLD;
    if (posted != NULL) {
        sem_post(posted);
    }
    return NULL;
}

int main(void) {
    pthread_t thread;
    sem_t *posted = calloc(1, sizeof *posted);
    pthread_create(&thread, NULL, run, posted);
    sem_wait(posted);
    return pthread_join(thread, NULL);
}
