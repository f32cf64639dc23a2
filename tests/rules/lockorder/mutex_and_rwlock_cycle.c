/* Rule    lockorder.mutex_and_rwlock  [D9]
 * Expect  lock-order
 * Why     each holds what the other takes next.
 * Twin    mutex_and_rwlock_safe.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
pthread_rwlock_t b = PTHREAD_RWLOCK_INITIALIZER;

void *task(void *unused) {
    await(0);
    pthread_rwlock_wrlock(&b);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    pthread_rwlock_unlock(&b);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_mutex_lock(&a);
    pthread_rwlock_rdlock(&b);
    pthread_rwlock_unlock(&b);
    pthread_mutex_unlock(&a);
    mark(0);
    return pthread_join(thread, NULL);
}
