/* Rule    deadlock.reader_becomes_writer  [D8]
 * Expect  deadlock l
 * Why     the writer waits for a reader that is itself.
 * Twin    reader_becomes_writer_free.c
 */
#include <pthread.h>

pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;

int main(void) {
    pthread_rwlock_rdlock(&l);
    pthread_rwlock_tryrdlock(&l);
    pthread_rwlock_wrlock(&l);
    return pthread_rwlock_unlock(&l);
}
