/* Rule    misuse.rwlock_destroy_of_read  [POSIX, C11]
 * Expect  misuse l
 * Why     a reader holds it.
 * Twin    rwlock_destroy_of_read_right.c
 */
#include <pthread.h>

pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;

int main(void) {
    pthread_rwlock_rdlock(&l);
    pthread_rwlock_destroy(&l);
    return 0;
}
