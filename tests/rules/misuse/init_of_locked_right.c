/* Rule    misuse.init_of_locked  [POSIX, C11]
 * Expect  none
 * Why     it was let go.
 * Twin    init_of_locked_wrong.c
 */
#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

int main(void) {
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    return pthread_mutex_init(&m, NULL);
}
