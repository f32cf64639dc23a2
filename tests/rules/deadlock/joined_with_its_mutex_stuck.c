/* Rule    deadlock.joined_with_its_mutex  [D8]
 * Expect  deadlock
 * Says    waits in pthread_cond_wait on mutex `m`
 * Why     who was signalled needs the mutex that its joiner keeps.
 * Twin    joined_with_its_mutex_free.c
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
    return unused;
}

static void *joiner(void *unused) {
    pthread_t thread;
    pthread_create(&thread, NULL, waiter, NULL);
    await(0);
    pthread_mutex_lock(&m);
    mark(2);
    pthread_cond_signal(&c);
    pthread_join(thread, NULL);
    pthread_mutex_unlock(&m);
    mark(1);
    return unused;
}

int main(void) {
    start_detached(joiner, NULL);
    for (await(2); happened(1) == 0 && untold();) {
        pthread_cond_signal(&c);
    }
}
