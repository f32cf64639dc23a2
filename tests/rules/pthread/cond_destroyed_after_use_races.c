/* Rule    pthread.cond_destroyed_after_use  [HB-PT-09]
 * Expect  race changed
 * Why     it is destroyed beside a signal.
 * Twin    cond_destroyed_after_use_ordered.c
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
    pthread_cond_destroy(&changed);
    pthread_join(thread, NULL);
    return 0;
}
