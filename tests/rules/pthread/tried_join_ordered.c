/* Rule    pthread.tried_join  [HB-PT-01]
 * Expect  none
 * Why     a try that joins is a join.
 * Twin    tried_join_races.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;

static void *a(void *unused) {
    x = 1;
    mark(0);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    await(0);
    int busy = pthread_tryjoin_np(thread, NULL);
    while (busy) {
        busy = pthread_tryjoin_np(thread, NULL);
    }
    x++;
    mark(1);
    if (busy) {
        pthread_join(thread, NULL);
    }
    return 0;
}
