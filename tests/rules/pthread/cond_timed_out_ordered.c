/* Rule    pthread.cond_timed_out  [HB-PT-04]
 * Expect  none
 * Why     a wait that ends by its time has the mutex again.
 * Twin    cond_timed_out_races.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <time.h>

int x;
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static void *a(void *unused) {
    struct timespec past;
    clock_gettime(CLOCK_REALTIME, &past);
    pthread_mutex_lock(&m);
    pthread_cond_timedwait(&never, &m, &past);
    x++;
    pthread_mutex_unlock(&m);
    mark(0);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    await(0);
    pthread_mutex_lock(&m);
    x++;
    pthread_mutex_unlock(&m);
    pthread_join(thread, NULL);
    return 0;
}
