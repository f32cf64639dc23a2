/* Rule    lockorder.readers_only  [D9]
 * Expect  none
 * Why     all only read.
 * Twin    readers_only_cycle.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_rwlock_t a = PTHREAD_RWLOCK_INITIALIZER, b = PTHREAD_RWLOCK_INITIALIZER;

typedef int taker(pthread_rwlock_t *lock);

void nest(taker *take_first, pthread_rwlock_t *first, taker *take_second,
          pthread_rwlock_t *second) {
    take_first(first);
    take_second(second);
    pthread_rwlock_unlock(second);
    pthread_rwlock_unlock(first);
}

void *task(void *unused) {
    await(0);
    nest(pthread_rwlock_rdlock, &b, pthread_rwlock_rdlock, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    nest(pthread_rwlock_rdlock, &a, pthread_rwlock_rdlock, &b);
    mark(0);
    return pthread_join(thread, NULL);
}
