/* Rule    pthread.mutex_destroyed_after_use  [HB-PT-09]
 * Expect  none
 * Why     a mutex is destroyed when its last user was joined.
 * Twin    mutex_destroyed_after_use_races.c
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
    pthread_join(thread, NULL);
    pthread_mutex_destroy(&m);
    return 0;
}
