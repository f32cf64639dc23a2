/* Rule    pthread.robust_mutex  [HB-PT-02]
 * Expect  race x
 * Why     what the owner did after its last unlock is ordered before nobody.
 * Twin    robust_mutex_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;
pthread_mutex_t m;

static void *a(void *unused) {
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    pthread_mutex_lock(&m);
    x = 1;
    mark(1);
    return unused; /* and dies with it */
}

int main(void) {
    pthread_mutexattr_t robust;
    pthread_t thread;
    pthread_mutexattr_init(&robust);
    pthread_mutexattr_setrobust(&robust, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&m, &robust);
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    pthread_mutex_lock(&m);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
