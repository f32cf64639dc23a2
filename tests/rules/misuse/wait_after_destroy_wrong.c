/* Rule    misuse.wait_after_destroy  [POSIX]
 * Expect  misuse c
 * Why     the condition was destroyed.
 * Twin    wait_after_destroy_right.c
 */
#include <pthread.h>
#include <time.h>

pthread_cond_t c;
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

int main(void) {
    struct timespec past = {0};
    pthread_cond_init(&c, NULL);
    pthread_cond_destroy(&c);
    pthread_mutex_lock(&m);
    pthread_cond_timedwait(&c, &m, &past);
    pthread_mutex_unlock(&m);
    return 0;
}
