/* Rule    pthread.recursive-mutex  [HB-PT-02]
 * Expect  race x
 * Why     only the outermost unlock publishes; what A does after it is its own affair.
 * Twin    recursive_mutex_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;
pthread_mutex_t m = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

static void *a(void *unused) {
    pthread_mutex_lock(&m);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    pthread_mutex_unlock(&m);
    x = 1;
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    pthread_mutex_lock(&m);
    x = 2;
    pthread_mutex_unlock(&m);
    pthread_join(thread, NULL);
    return 0;
}
