/* Rule    pthread.work_queue  [HB-PT-04]
 * Expect  race sum
 * Why     each adds what it did when it has let go of the mutex.
 * Twin    work_queue_ordered.c
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
    pthread_mutex_unlock(&m);
    sum += done;
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
