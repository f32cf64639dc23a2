/* Rule    misuse.unlock_of_unlocked  [POSIX, C11]
 * Expect  none
 * Why     main has.
 * Twin    unlock_of_unlocked_wrong.c
 */
#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

int main(void) {
    pthread_mutex_lock(&m);
    return pthread_mutex_unlock(&m);
}
