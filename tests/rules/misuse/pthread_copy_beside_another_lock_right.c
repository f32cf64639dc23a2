/* Rule    misuse.pthread_copy_beside_another_lock  [POSIX 2.9.9]
 * Expect  none
 * Why     what is made while another lock is held, from one that nobody holds, is a lock of its own.
 * Twin    pthread_copy_beside_another_lock_wrong.c
 */
#include <pthread.h>
#include <string.h>
#include <time.h>

pthread_mutex_t all = PTHREAD_MUTEX_INITIALIZER;
pthread_mutex_t fresh = PTHREAD_MUTEX_INITIALIZER;

int main(void) {
    struct timespec now = {0};
    pthread_mutex_t one, other, late;
    for (int i = 0; i < 10; i++) {
        pthread_mutex_lock(&all);
        memcpy(&one, &fresh, sizeof one);
        other = fresh;
        pthread_mutex_timedlock(&one, &now);
        pthread_mutex_lock(&other);
        pthread_mutex_init(&late, NULL);
        pthread_mutex_lock(&late);
        pthread_mutex_unlock(&one);
        pthread_mutex_unlock(&late);
        pthread_mutex_unlock(&all);
        pthread_mutex_unlock(&other);
        pthread_mutex_destroy(&late);
    }
    return 0;
}
