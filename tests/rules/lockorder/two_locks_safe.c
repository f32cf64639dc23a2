/* Rule    lockorder.two_locks  [D9]
 * Expect  none
 * Why     both take them in one order.
 * Twin    two_locks_cycle.c
 */
#include "../invisible.h"
#include "../nest.h"

void *task(void *unused) {
    await(0);
    nest(&a, &b);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    mark(0);
    return pthread_join(thread, NULL);
}
