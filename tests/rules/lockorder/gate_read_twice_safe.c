/* Rule    lockorder.gate_read_twice  [D9]
 * Expect  none
 * Why     who has read it twice at one place, and let it go once, still keeps the writer out.
 * Twin    gate_read_twice_cycle.c
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
    nest(&a, &b);
    pthread_rwlock_unlock(&gate);
    mark(0);
    return pthread_join(thread, NULL);
}
