/* Rule    studies.one_signal_for_two_threads  [Lu08]
 * Expect  none
 * Why     a broadcast wakes both.
 * Twin    one_signal_for_two_threads_buggy.c
 */
#include "../asleep.h"

#include <pthread.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int ready;

static void *wait(void *unused) {
    pthread_mutex_lock(&m);
    while (!ready) {
        pthread_cond_wait(&c, &m);
    }
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void) {
    pthread_t one, other;
    pthread_create(&one, NULL, wait, NULL);
    pthread_create(&other, NULL, wait, NULL);
    await_sleepers(2);
    pthread_mutex_lock(&m);
    ready = 1;
    pthread_cond_broadcast(&c);
    pthread_mutex_unlock(&m);
    pthread_join(one, NULL);
    return pthread_join(other, NULL);
}
