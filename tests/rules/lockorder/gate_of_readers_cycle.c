/* Rule    lockorder.gate_of_readers  [D9]
 * Expect  lock-order
 * Why     two readers pass a read-write lock together.
 * Twin    gate_of_readers_safe.c
 */
#include "../invisible.h"
#include "../nest.h"

pthread_rwlock_t gate = PTHREAD_RWLOCK_INITIALIZER;

void *task(void *unused) {
    await(0);
    pthread_rwlock_rdlock(&gate);
    nest(&b, &a);
    pthread_rwlock_unlock(&gate);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_rwlock_rdlock(&gate);
    nest(&a, &b);
    pthread_rwlock_unlock(&gate);
    mark(0);
    return pthread_join(thread, NULL);
}
