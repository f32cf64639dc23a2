/* Rule    misuse.lock_after_destroy  [POSIX, C11]
 * Expect  misuse m
 * Why     it is destroyed.
 * Twin    lock_after_destroy_right.c
 */
#include <pthread.h>

pthread_mutex_t m;

int main(void) {
    pthread_mutex_init(&m, NULL);
    pthread_mutex_destroy(&m);
    if (pthread_mutex_lock(&m) == 0) {
        pthread_mutex_unlock(&m);
    }
    return 0;
}
