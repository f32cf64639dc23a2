/* Rule    pthread.cond-wait-unlocks  [HB-PT-04]
 * Expect  none
 * Why     to wait is to unlock: A's lock knows what main did before.
 * Twin    cond_wait_unlocks_races.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;

static void *a(void *unused) {
    await(1);
    pthread_mutex_lock(&m);
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&m);
    x = 2;
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    pthread_mutex_lock(&m);
    mark(1);
    x = 1;
    pthread_cond_wait(&c, &m);
    pthread_mutex_unlock(&m);
    pthread_join(thread, NULL);
    return 0;
}
