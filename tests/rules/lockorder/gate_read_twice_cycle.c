/* Rule    lockorder.gate_read_twice  [D9]
 * Expect  lock-order
 * Why     who has let it go twice holds it no more.
 * Twin    gate_read_twice_safe.c
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
    for (int i = 0; i < 2; i++) {
        pthread_rwlock_rdlock(&gate);
    }
    pthread_rwlock_unlock(&gate);
    pthread_rwlock_unlock(&gate);
    nest(&a, &b);
    mark(0);
    return pthread_join(thread, NULL);
}
