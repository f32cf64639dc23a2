/* Rule    misuse.unlock_after_destroy  [POSIX, C11]
 * Expect  none
 * Why     it is destroyed afterwards.
 * Twin    unlock_after_destroy_wrong.c
 */
#include <pthread.h>

pthread_mutex_t m;

int main(void) {
    pthread_mutex_init(&m, NULL);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    pthread_mutex_destroy(&m);
    return 0;
}
