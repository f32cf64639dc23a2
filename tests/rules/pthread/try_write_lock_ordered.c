/* Rule    pthread.try_write_lock  [HB-PT-03]
 * Expect  none
 * Why     a try that takes the lock takes it like any other.
 * Twin    try_write_lock_races.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;
pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;

static void *a(void *unused) {
    pthread_rwlock_rdlock(&l);
    x = 1;
    pthread_rwlock_unlock(&l);
    mark(0);
    await(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    await(0);
    int failed = pthread_rwlock_trywrlock(&l);
    x++;
    mark(1);
    if (!failed) {
        pthread_rwlock_unlock(&l);
    }
    pthread_join(thread, NULL);
    return 0;
}
