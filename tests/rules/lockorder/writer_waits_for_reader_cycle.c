/* Rule    lockorder.writer_waits_for_reader  [D9]
 * Expect  lock-order
 * Why     the writer came while the reader was in: only by the lock does it know of the reader.
 * Twin    writer_waits_for_reader_safe.c
 */
#include "../asleep.h"
#include "../invisible.h"

#include <pthread.h>

pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
pthread_rwlock_t b = PTHREAD_RWLOCK_INITIALIZER;

void *task(void *unused) {
    await(0);
    pthread_rwlock_wrlock(&b);
    pthread_mutex_lock(&a);
    pthread_rwlock_unlock(&b);
    pthread_mutex_unlock(&a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_mutex_lock(&a);
    pthread_rwlock_rdlock(&b);
    mark(0);
    await_sleepers(1);
    pthread_rwlock_unlock(&b);
    pthread_mutex_unlock(&a);
    return pthread_join(thread, NULL);
}
