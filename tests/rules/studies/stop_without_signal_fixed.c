/* Rule    studies.stop_without_signal  [Lu08]
 * Expect  none
 * Why     who changes the word signals.
 * Twin    stop_without_signal_buggy.c
 */
#include "../asleep.h"

#include <pthread.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int stop;

static void *work(void *unused) {
    pthread_mutex_lock(&m);
    while (!stop) {
        pthread_cond_wait(&c, &m);
    }
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    await_sleepers(1);
    pthread_mutex_lock(&m);
    stop = 1;
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&m);
    return pthread_join(thread, NULL);
}
