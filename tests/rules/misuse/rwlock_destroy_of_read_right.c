/* Rule    misuse.rwlock_destroy_of_read  [POSIX, C11]
 * Expect  none
 * Why     the reader has let go.
 * Twin    rwlock_destroy_of_read_wrong.c
 */
#include <pthread.h>

pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;

int main(void) {
    pthread_rwlock_rdlock(&l);
    pthread_rwlock_unlock(&l);
    pthread_rwlock_destroy(&l);
    return 0;
}
