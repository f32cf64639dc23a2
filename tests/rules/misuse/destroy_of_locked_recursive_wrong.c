/* Rule    misuse.destroy_of_locked_recursive  [POSIX]
 * Expect  misuse m
 * Why     it is held once yet.
 * Twin    destroy_of_locked_recursive_right.c
 */
#include <pthread.h>

pthread_mutex_t m = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

int main(void) {
    pthread_mutex_lock(&m);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    pthread_mutex_destroy(&m);
    return 0;
}
