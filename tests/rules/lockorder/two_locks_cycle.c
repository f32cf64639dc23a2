/* Rule    lockorder.two_locks  [D9]
 * Expect  lock-order
 * Why     each holds what the other takes next; that one came after the other was luck.
 * Twin    two_locks_safe.c
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
