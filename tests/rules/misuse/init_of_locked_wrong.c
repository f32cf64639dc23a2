/* Rule    misuse.init_of_locked  [POSIX, C11]
 * Expect  misuse m
 * Why     it is locked.
 * Twin    init_of_locked_right.c
 */
#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

int main(void) {
    pthread_mutex_lock(&m);
    return pthread_mutex_init(&m, NULL);
}
