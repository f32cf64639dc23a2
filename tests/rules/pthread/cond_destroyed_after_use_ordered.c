/* Rule    pthread.cond_destroyed_after_use  [HB-PT-09]
 * Expect  none
 * Why     a condition variable is destroyed when its last user was joined.
 * Twin    cond_destroyed_after_use_races.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void *a(void *unused) {
    pthread_cond_signal(&changed);
    mark(0);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    await(0);
    pthread_join(thread, NULL);
    pthread_cond_destroy(&changed);
    return 0;
}
