/* Rule    deadlock.reader_becomes_writer  [D8]
 * Expect  none
 * Why     it lets go of the lock before.
 * Twin    reader_becomes_writer_stuck.c
 */
#include <pthread.h>

pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;

int main(void) {
    pthread_rwlock_rdlock(&l);
    pthread_rwlock_unlock(&l);
    pthread_rwlock_wrlock(&l);
    return pthread_rwlock_unlock(&l);
}
