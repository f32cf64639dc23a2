/* Rule    lockorder.ordered_by_atomic_flag  [D9]
 * Expect  lock-order
 * Why     what orders the two is luck.
 * Twin    ordered_by_atomic_flag_safe.c
 */
#include "../invisible.h"
#include "../nest.h"

_Atomic int s;

void *task(void *unused) {
    await(0);
    nest(&b, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    s = 0;
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    mark(0);
    return pthread_join(thread, NULL);
}
