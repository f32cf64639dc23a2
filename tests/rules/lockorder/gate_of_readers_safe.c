/* Rule    lockorder.gate_of_readers  [D9]
 * Expect  none
 * Why     a writer keeps the reader out.
 * Twin    gate_of_readers_cycle.c
 */
#include "../invisible.h"
#include "../nest.h"

pthread_rwlock_t gate = PTHREAD_RWLOCK_INITIALIZER;

void *task(void *unused) {
    await(0);
    pthread_rwlock_wrlock(&gate);
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
