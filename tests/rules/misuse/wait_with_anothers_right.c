/* Rule    misuse.wait_with_anothers  [POSIX, C11]
 * Expect  none
 * Why     it holds the mutex itself.
 * Twin    wait_with_anothers_wrong.c
 */
#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER, own = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;

void *task(void *unused) {
    struct timespec past = {.tv_sec = 1};
    pthread_mutex_lock(&own);
    pthread_cond_timedwait(&c, &own, &past);
    pthread_mutex_unlock(&own);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_mutex_lock(&m);
    pthread_create(&thread, NULL, task, NULL);
    pthread_join(thread, NULL);
    pthread_mutex_unlock(&m);
    return 0;
}
