/* Rule    pthread.work_queue  [HB-PT-04]
 * Expect  none
 * Why     workers share what the mutex of their queue protects.
 * Twin    work_queue_races.c
 */
#include <pthread.h>

int left, sum;
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void *work(void *unused) {
    int done = 0;
    pthread_mutex_lock(&m);
    while (left == 0) {
        pthread_cond_wait(&changed, &m);
    }
    for (; left > 1; left--) {
        done++;
    }
    sum += done;
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_mutex_lock(&m);
    left = 20;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&m);
    work(NULL);
    pthread_join(thread, NULL);
    return 0;
}
