/* Rule    pthread.timedlock  [HB-PT-02]
 * Expect  none
 * Why     a timedlock that succeeds is a lock.
 * Twin    timedlock_races.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <time.h>

int x;
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static void *a(void *unused) {
    pthread_mutex_lock(&m);
    x = 1;
    pthread_mutex_unlock(&m);
    mark(1);
    await(2);
    return unused;
}

int main(void) {
    struct timespec now = {0};
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    pthread_mutex_timedlock(&m, &now);
    x = 2;
    mark(2);
    pthread_join(thread, NULL);
    return pthread_mutex_unlock(&m);
}
