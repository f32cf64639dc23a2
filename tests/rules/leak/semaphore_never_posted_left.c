/* Rule    leak.semaphore_never_posted  [D10]
 * Expect  leak s
 * Why     nobody has posted it in the whole run.
 * Twin    semaphore_never_posted_gone.c
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
    pthread_create(&thread, NULL, task, NULL);
    await_sleepers(1);
    return 0;
}
