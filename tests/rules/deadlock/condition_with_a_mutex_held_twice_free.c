/* Rule    deadlock.condition_with_a_mutex_held_twice  [D8]
 * Expect  none
 * Why     who waits keeps a mutex that it holds twice, and comes back when it is signalled.
 * Twin    condition_with_a_mutex_held_twice_stuck.c
 */
#include "../detached.h"
#include "../told.h"

pthread_mutex_t m = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;

static void *waiter(void *unused) {
    pthread_mutex_lock(&m);
    pthread_mutex_lock(&m);
    mark(0);
    pthread_cond_wait(&c, &m);
    pthread_mutex_unlock(&m);
    pthread_mutex_unlock(&m);
    return unused;
}

static void *signaller(void *never) {
    UNTOLD;
    if (never == NULL) {
        pthread_cond_signal(&c);
    }
    return NULL;
}

int main(void) {
    start_detached(waiter, NULL);
    await(0);
    start_detached(signaller, NULL);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
}
