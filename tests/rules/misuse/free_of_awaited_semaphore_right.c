/* Rule    misuse.free_of_awaited_semaphore  [POSIX]
 * Expect  none
 * Why     nobody does any more.
 * Twin    free_of_awaited_semaphore_wrong.c
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
    sem_post(s);
    pthread_join(thread, NULL);
    free(s);
    return 0;
}
