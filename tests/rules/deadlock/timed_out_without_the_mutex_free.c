/* Rule    deadlock.timed_out_without_the_mutex  [D8]
 * Expect  none
 * Why     the mutex was let go.
 * Twin    timed_out_without_the_mutex_stuck.c
 */
#include "../detached.h"
#include "../told.h"

pthread_mutex_t outer = PTHREAD_MUTEX_INITIALIZER, m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;
int come;

static void *task(void *unused) {
    pthread_mutex_lock(&m);
    come = 1;
    pthread_mutex_unlock(&m);
    pthread_mutex_lock(&outer);
    pthread_mutex_unlock(&outer);
    mark(1);
    return unused;
}

static void *waiter(void *unused) {
    pthread_mutex_lock(&outer);
    pthread_mutex_lock(&m);
    start_detached(task, NULL);
    while (come == 0) {
        pthread_cond_timedwait(&c, &m, &(struct timespec){0});
    }
    pthread_mutex_unlock(&m);
    pthread_mutex_unlock(&outer);
    return unused;
}

int main(void) {
    start_detached(waiter, NULL);
    while (happened(1) == 0 && untold()) {
        pthread_cond_signal(&c);
    }
}
