/* Rule    pthread.rwlock-readers  [HB-PT-03, HB-RW-02, LT-20]
 * Expect  race x
 * Why     two readers know nothing of each other.
 * Twin    rwlock_readers_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;
pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;

static void *reader(void *unused) {
    x = 1;
    pthread_rwlock_rdlock(&l);
    pthread_rwlock_unlock(&l);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, reader, NULL);
    await(1);
    pthread_rwlock_rdlock(&l);
    pthread_rwlock_unlock(&l);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
