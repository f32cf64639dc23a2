/* Rule    leak.semaphore_of_processes  [D10]
 * Expect  none
 * Why     another process may yet do it.
 * Twin    semaphore_of_processes_left.c
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
    sem_init(&s, 1, 0);
    pthread_create(&thread, NULL, task, NULL);
    await_sleepers(1);
    return 0;
}
