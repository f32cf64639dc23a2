/* Rule    misuse.lock_after_destroy  [POSIX, C11]
 * Expect  none
 * Why     it was made anew.
 * Twin    lock_after_destroy_wrong.c
 */
#include <pthread.h>

pthread_mutex_t m;

int main(void) {
    pthread_mutex_init(&m, NULL);
    pthread_mutex_destroy(&m);
    pthread_mutex_init(&m, NULL);
    if (pthread_mutex_lock(&m) == 0) {
        pthread_mutex_unlock(&m);
    }
    return 0;
}
