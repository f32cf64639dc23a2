/* Rule    pthread.cond_timed_out  [HB-PT-04]
 * Expect  race x
 * Why     the write is made without it.
 * Twin    cond_timed_out_ordered.c
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
    pthread_mutex_unlock(&m);
    x++;
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
