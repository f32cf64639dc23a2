/* Rule    pthread.trylock  [HB-PT-02]
 * Expect  none
 * Why     a trylock that succeeds is a lock.
 * Twin    trylock_races.c
 */
#include "../invisible.h"

#include <pthread.h>

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
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    pthread_mutex_trylock(&m);
    x = 2;
    mark(2);
    pthread_join(thread, NULL);
    return pthread_mutex_unlock(&m);
}
