/* Rule    pthread.tried_join  [HB-PT-01]
 * Expect  race x
 * Why     a try that finds the thread alive orders nothing.
 * Twin    tried_join_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;

static void *a(void *unused) {
    x = 1;
    mark(0);
    await(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    await(0);
    int busy = pthread_tryjoin_np(thread, NULL);
    x++;
    mark(1);
    if (busy) {
        pthread_join(thread, NULL);
    }
    return 0;
}
