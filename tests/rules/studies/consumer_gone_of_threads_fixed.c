/* Rule    studies.consumer_gone_of_threads  [Lu08]
 * Expect  none
 * Why     the consumer takes them all.
 * Twin    consumer_gone_of_threads_buggy.c
 */
#include <pthread.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int n;

static void *consume(void *unused) {
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&m);
        while (n == 0) {
            pthread_cond_wait(&changed, &m);
        }
        n--;
        pthread_cond_signal(&changed);
        pthread_mutex_unlock(&m);
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, consume, NULL);
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&m);
        while (n == 1) {
            pthread_cond_wait(&changed, &m);
        }
        n++;
        pthread_cond_signal(&changed);
        pthread_mutex_unlock(&m);
    }
    return pthread_join(thread, NULL);
}
