/* Rule    misuse.unlock_of_unlocked  [POSIX, C11]
 * Expect  misuse m
 * Why     nobody has locked it.
 * Twin    unlock_of_unlocked_right.c
 */
#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

int main(void) {
    return pthread_mutex_unlock(&m);
}
