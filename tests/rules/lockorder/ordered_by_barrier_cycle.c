/* Rule    lockorder.ordered_by_barrier  [D9]
 * Expect  lock-order
 * Why     what orders the two is luck.
 * Twin    ordered_by_barrier_safe.c
 */
#include "../invisible.h"
#include "../nest.h"

pthread_barrier_t s;

void *task(void *unused) {
    await(0);
    nest(&b, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_barrier_init(&s, NULL, 2);
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    mark(0);
    return pthread_join(thread, NULL);
}
