/* Rule    pthread.predicate  [HB-PT-04]
 * Expect  race ready
 * Why     what is waited for is written without it.
 * Twin    predicate_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

int ready;
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void *a(void *unused) {
    await(0);
    ready = 1;
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    pthread_cond_signal(&changed);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    pthread_mutex_lock(&m);
    while (!ready) {
        mark(0); /* it was read before it was written */
        pthread_cond_wait(&changed, &m);
    }
    pthread_mutex_unlock(&m);
    pthread_join(thread, NULL);
    return 0;
}
