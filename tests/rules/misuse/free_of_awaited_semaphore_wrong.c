/* Rule    misuse.free_of_awaited_semaphore  [POSIX]
 * Expect  misuse semaphore
 * Also    leak race
 * Why     a thread waits at it yet.
 * Twin    free_of_awaited_semaphore_right.c
 */
#include "../asleep.h"

#include <pthread.h>
#include <semaphore.h>

static void *task(void *semaphore) {
    sem_wait(semaphore);
    return NULL;
}

int main(void) {
    sem_t *s = malloc(sizeof *s);
    pthread_t thread;
    sem_init(s, 0, 0);
    pthread_create(&thread, NULL, task, s);
    await_sleepers(1);
    free(s);
    return 0;
}
