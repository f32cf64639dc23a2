/* Rule    deadlock.timed_wait_without_the_mutex  [D8]
 * Expect  none
 * Why     the mutex was let go.
 * Twin    timed_wait_without_the_mutex_stuck.c
 */
#include "../detached.h"
#include "../told.h"

pthread_mutex_t outer = PTHREAD_MUTEX_INITIALIZER, m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;

static void *signaller(void *unused) {
    pthread_mutex_lock(&m);
    mark(0);
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&m);
    pthread_mutex_lock(&outer);
    pthread_mutex_unlock(&outer);
    mark(1);
    return unused;
}

static void *waiter(void *unused) {
    struct timespec far = {.tv_sec = (time_t)1 << 40};
    pthread_mutex_lock(&outer);
    pthread_mutex_lock(&m);
    start_detached(signaller, NULL);
    pthread_cond_clockwait(&c, &m, CLOCK_MONOTONIC, &far);
    pthread_mutex_unlock(&m);
    pthread_mutex_unlock(&outer);
    mark(1);
    return unused;
}

int main(void) {
    start_detached(waiter, NULL);
    for (await(0); happened(1) < 2 && untold();) {
        pthread_cond_signal(&c);
    }
}
