/* Rule    pthread.mutex_destroyed_after_use  [HB-PT-09]
 * Expect  race m
 * Why     it is destroyed while a user is only known to be done.
 * Twin    mutex_destroyed_after_use_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static void *a(void *unused) {
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    mark(0);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    await(0);
    pthread_mutex_destroy(&m);
    pthread_join(thread, NULL);
    return 0;
}
