/* Rule    pthread.locks_handed_on  [HB-PT-02]
 * Expect  none
 * Why     one lock, then another: order goes through both.
 * Twin    locks_handed_on_races.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER, n = PTHREAD_MUTEX_INITIALIZER;

static void *middle(void *unused) {
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    pthread_mutex_lock(&n);
    pthread_mutex_unlock(&n);
    mark(1);
    return unused;
}

static void *last(void *unused) {
    await(1);
    pthread_mutex_lock(&n);
    x++;
    pthread_mutex_unlock(&n);
    return unused;
}

int main(void) {
    pthread_t threads[2];
    pthread_mutex_lock(&m);
    pthread_create(&threads[0], NULL, middle, NULL);
    pthread_create(&threads[1], NULL, last, NULL);
    x = 1;
    pthread_mutex_unlock(&m);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    return 0;
}
