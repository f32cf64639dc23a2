/* Rule    misuse.wait_with_unlocked  [POSIX, C11]
 * Expect  misuse c
 * Why     a wait lets go of the mutex.
 * Twin    wait_with_unlocked_right.c
 */
#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;

int main(void) {
    struct timespec past = {.tv_sec = 1};
    pthread_cond_timedwait(&c, &m, &past);
    pthread_mutex_unlock(&m);
    return 0;
}
