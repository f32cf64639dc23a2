/* Rule    pthread.cond-wait-locks  [HB-PT-04]
 * Expect  race x
 * Note    main marks under the mutex, so that A's lock proves that main waits.
 * Why     the signal by itself orders nothing.
 * Twin    cond_wait_locks_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;

static void *a(void *unused) {
    await(1);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    x = 1;
    pthread_cond_signal(&c);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    pthread_mutex_lock(&m);
    mark(1);
    pthread_cond_wait(&c, &m);
    x = 2;
    pthread_mutex_unlock(&m);
    pthread_join(thread, NULL);
    return 0;
}
