/* Rule    deadlock.idle_worker_beside  [D8]
 * Expect  none
 * Why     main lets the mutex go before it takes it again.
 * Twin    idle_worker_beside_stuck.c
 */
#include "../asleep.h"

#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER, q = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;
int over;

void *work(void *unused) {
    pthread_mutex_lock(&q);
    while (over == 0) {
        pthread_cond_wait(&c, &q);
    }
    pthread_mutex_unlock(&q);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    await_sleepers(1);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    pthread_mutex_lock(&q);
    over = 1;
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&q);
    return pthread_join(thread, NULL);
}
