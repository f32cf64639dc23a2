/* Rule    pthread.rwlock-writer-before-reader  [HB-PT-03, HB-RW-01]
 * Expect  none
 * Why     a writer's unlock happens before a reader's lock.
 * Twin    rwlock_writer_before_reader_races.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;
pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;

static void *writer(void *unused) {
    pthread_rwlock_wrlock(&l);
    x = 1;
    pthread_rwlock_unlock(&l);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, writer, NULL);
    await(1);
    pthread_rwlock_rdlock(&l);
    x = 2;
    pthread_rwlock_unlock(&l);
    pthread_join(thread, NULL);
    return 0;
}
