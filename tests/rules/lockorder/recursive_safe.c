/* Rule    lockorder.recursive  [D9]
 * Expect  none
 * Why     it holds the recursive lock already.
 * Twin    recursive_cycle.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_mutex_t a = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP, b = PTHREAD_MUTEX_INITIALIZER;

void nest(pthread_mutex_t *first, pthread_mutex_t *second) {
    pthread_mutex_lock(first);
    pthread_mutex_lock(second);
    pthread_mutex_unlock(second);
    pthread_mutex_unlock(first);
}

void *task(void *unused) {
    await(0);
    nest(&a, &b);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
    mark(0);
    return pthread_join(thread, NULL);
}
