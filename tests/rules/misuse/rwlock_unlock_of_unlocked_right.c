/* Rule    misuse.rwlock_unlock_of_unlocked  [POSIX, C11]
 * Expect  none
 * Why     main holds it to read.
 * Twin    rwlock_unlock_of_unlocked_wrong.c
 */
#include <pthread.h>

pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;

int main(void) {
    pthread_rwlock_rdlock(&l);
    pthread_rwlock_unlock(&l);
    return 0;
}
