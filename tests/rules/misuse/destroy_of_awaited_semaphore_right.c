/* Rule    misuse.destroy_of_awaited_semaphore  [POSIX, C11]
 * Expect  none
 * Why     it was woken before.
 * Twin    destroy_of_awaited_semaphore_wrong.c
 */
#include "../asleep.h"

#include <pthread.h>
#include <semaphore.h>

sem_t s;

void *task(void *unused) {
    sem_wait(&s);
    return unused;
}

int main(void) {
    pthread_t thread;
    sem_init(&s, 0, 0);
    pthread_create(&thread, NULL, task, NULL);
    await_sleepers(1);
    sem_post(&s);
    pthread_join(thread, NULL);
    sem_destroy(&s);
    return 0;
}
