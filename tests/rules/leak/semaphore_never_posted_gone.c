/* Rule    leak.semaphore_never_posted  [D10]
 * Expect  none
 * Why     it was posted, once.
 * Twin    semaphore_never_posted_left.c
 */
#include "../asleep.h"

#include <pthread.h>
#include <semaphore.h>

sem_t s;

void *task(void *unused) {
    for (;;) {
        sem_wait(&s);
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    sem_init(&s, 0, 0);
    sem_post(&s);
    pthread_create(&thread, NULL, task, NULL);
    await_sleepers(1);
    return 0;
}
