/* Rule    deadlock.goroutine_and_thread  [D8]
 * Expect  deadlock
 * Why     a goroutine and a thread each hold what the other wants, while main runs.
 * Twin    goroutine_and_thread_free.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

#include <pthread.h>

pthread_mutex_t p = PTHREAD_MUTEX_INITIALIZER;
rdl_mutex m;

static void goroutine(void *unused) {
    rdl_mutex_lock(&m);
    mark(0);
    await_times(0, 2);
    pthread_mutex_lock(&p);
    rdl_mutex_unlock(&m);
}

static void *thread(void *unused) {
    pthread_mutex_lock(&p);
    mark(0);
    await_times(0, 2);
    rdl_mutex_lock(&m);
    pthread_mutex_unlock(&p);
    mark(1);
    return NULL;
}

int main(void) {
    pthread_t other;
    rdl_go(goroutine, NULL);
    pthread_create(&other, NULL, thread, NULL);
    await_over_or_parked(1, 1, "sync.Mutex.Lock");
    return pthread_detach(other);
}
