/* Rule    lockorder.ordered_by_semaphore  [D9]
 * Expect  none
 * Why     the thread waits for the post that comes after.
 * Twin    ordered_by_semaphore_cycle.c
 */
#include "../invisible.h"
#include "../nest.h"
#include <semaphore.h>

sem_t s;

void *task(void *unused) {
    sem_wait(&s);
    nest(&b, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    sem_init(&s, 0, 0);
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    sem_post(&s);
    return pthread_join(thread, NULL);
}
