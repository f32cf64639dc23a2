/* Rule    lockorder.created_after  [D9]
 * Expect  none
 * Why     what main did before it made the thread cannot wait for it.
 * Twin    created_after_cycle.c
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
    nest(&a, &b);
    pthread_create(&thread, NULL, task, NULL);
    mark(0);
    return pthread_join(thread, NULL);
}
