/* Rule    deadlock.spin_locks  [D8]
 * Expect  none
 * Why     main only tries.
 * Twin    spin_locks_stuck.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_spinlock_t a, b;

void *task(void *unused) {
    pthread_spin_lock(&b);
    mark(0);
    await(1);
    if (pthread_spin_lock(&a) == 0) {
        pthread_spin_unlock(&a);
    }
    pthread_spin_unlock(&b);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_spin_init(&a, PTHREAD_PROCESS_PRIVATE);
    pthread_spin_init(&b, PTHREAD_PROCESS_PRIVATE);
    pthread_create(&thread, NULL, task, NULL);
    pthread_spin_lock(&a);
    await(0);
    mark(1);
    if (pthread_spin_trylock(&b) == 0) {
        pthread_spin_unlock(&b);
    }
    pthread_spin_unlock(&a);
    return pthread_join(thread, NULL);
}
