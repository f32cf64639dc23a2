/* Rule    lockorder.ordered_by_semaphore  [D9]
 * Expect  lock-order
 * Why     what orders the two is luck.
 * Twin    ordered_by_semaphore_safe.c
 */
#include "../invisible.h"
#include "../nest.h"
#include <semaphore.h>

sem_t s;

void *task(void *unused) {
    await(0);
    nest(&b, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    sem_init(&s, 0, 0);
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    mark(0);
    return pthread_join(thread, NULL);
}
