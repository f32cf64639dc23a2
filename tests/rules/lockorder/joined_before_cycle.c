/* Rule    lockorder.joined_before  [D9]
 * Expect  lock-order
 * Why     the first may still be at it.
 * Twin    joined_before_safe.c
 */
#include "../invisible.h"
#include "../nest.h"

void *task(void *unused) {
    nest(&a, &b);
    mark(0);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    await(0);
    nest(&b, &a);
    pthread_join(thread, NULL);
    return 0;
}
