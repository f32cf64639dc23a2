/* Rule    lockorder.spin  [D9]
 * Expect  none
 * Why     both take them in one order.
 * Twin    spin_cycle.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_spinlock_t a, b;

void nest(pthread_spinlock_t *first, pthread_spinlock_t *second) {
    pthread_spin_lock(first);
    pthread_spin_lock(second);
    pthread_spin_unlock(second);
    pthread_spin_unlock(first);
}

void *task(void *unused) {
    await(0);
    nest(&a, &b);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_spin_init(&a, 0);
    pthread_spin_init(&b, 0);
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    mark(0);
    return pthread_join(thread, NULL);
}
