/* Rule    misuse.rwlock_unlock_of_unlocked  [POSIX, C11]
 * Expect  misuse l
 * Why     nobody holds it.
 * Twin    rwlock_unlock_of_unlocked_right.c
 */
#include <pthread.h>

pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;

int main(void) {
    pthread_rwlock_unlock(&l);
    return 0;
}
