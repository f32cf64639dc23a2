/* Rule    pthread.mutex_made_before_use  [HB-PT-09]
 * Expect  race m
 * Why     one uses it while it is made.
 * Twin    mutex_made_before_use_ordered.c
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
    pthread_mutex_init(&m, NULL);
    pthread_join(thread, NULL);
    return 0;
}
