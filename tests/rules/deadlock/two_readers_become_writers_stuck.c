/* Rule    deadlock.two_readers_become_writers  [D8]
 * Expect  deadlock
 * Why     each waits for the other to stop reading.
 * Twin    two_readers_become_writers_free.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;

void *task(void *unused) {
    pthread_rwlock_rdlock(&l);
    mark(0);
    await_times(0, 2);
    pthread_rwlock_wrlock(&l);
    pthread_rwlock_unlock(&l);
    pthread_rwlock_unlock(&l);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    task(NULL);
    return pthread_join(thread, NULL);
}
