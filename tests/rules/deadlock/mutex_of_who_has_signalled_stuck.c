/* Rule    deadlock.mutex_of_who_has_signalled  [D8]
 * Expect  deadlock
 * Also    misuse
 * Says    `m`, held by thread 3, which has ended
 * Why     who signalled has ended, and keeps the condition's mutex.
 * Twin    mutex_of_who_has_signalled_free.c
 */
#include "../detached.h"
#include "../told.h"

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;

static void *waiter(void *unused) {
    pthread_mutex_lock(&m);
    mark(0);
    pthread_cond_wait(&c, &m);
    pthread_mutex_unlock(&m);
    mark(1);
    return unused;
}

static void *signaller(void *ended) {
    await(0);
    pthread_mutex_lock(&m);
    mark(2);
    pthread_cond_signal(&c);
    if (ended != NULL) {
        pthread_mutex_unlock(&m);
    }
    return NULL;
}

int main(void) {
    start_detached(waiter, NULL);
    start_detached(signaller, NULL);
    for (await(2); happened(1) == 0 && untold();) {
        pthread_cond_signal(&c);
    }
}
