/* Rule    lockorder.gate  [D9]
 * Expect  none
 * Why     whoever takes the two locks holds a third one, which keeps the others out.
 * Twin    gate_cycle.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER,
                g = PTHREAD_MUTEX_INITIALIZER, h = PTHREAD_MUTEX_INITIALIZER;

void nest(pthread_mutex_t *gate, pthread_mutex_t *first, pthread_mutex_t *second) {
    pthread_mutex_lock(gate);
    pthread_mutex_lock(first);
    pthread_mutex_lock(second);
    pthread_mutex_unlock(second);
    pthread_mutex_unlock(first);
    pthread_mutex_unlock(gate);
}

void *task(void *unused) {
    await(0);
    nest(&g, &b, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    nest(&g, &a, &b);
    mark(0);
    return pthread_join(thread, NULL);
}
