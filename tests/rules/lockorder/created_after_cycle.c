/* Rule    lockorder.created_after  [D9]
 * Expect  lock-order
 * Why     the thread is there when main takes the locks.
 * Twin    created_after_safe.c
 */
#include "../invisible.h"
#include "../nest.h"

void *task(void *unused) {
    await(0);
    nest(&b, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    mark(0);
    return pthread_join(thread, NULL);
}
