/* Rule    lockorder.again_after_create  [D9]
 * Expect  lock-order
 * Why     main takes them again when the thread is there.
 * Twin    again_after_create_safe.c
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
    nest(&a, &b);
    mark(0);
    return pthread_join(thread, NULL);
}
