/* Rule    pthread.unlock-before-lock  [HB-PT-02]
 * Expect  none
 * Why     an unlock happens before every later lock of the same mutex.
 * Twin    unlock_before_lock_races.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER, n = PTHREAD_MUTEX_INITIALIZER;

static void *a(void *unused) {
    pthread_mutex_lock(&m);
    x = 1;
    pthread_mutex_unlock(&m);
    mark(1);
    return unused;
}

int main(void) {
    pthread_mutex_t *mine = &m;
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    pthread_mutex_lock(mine);
    x = 2;
    pthread_mutex_unlock(mine);
    pthread_join(thread, NULL);
    return 0;
}
