/* Rule    annotations.own-header  [raddle/detector.h]
 * Expect  none
 * Why     raddle/detector.h orders, too.
 * Twin    own_header_races.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <raddle/detector.h>
#include <stdlib.h>

int x, key, other;

static void *worker(void *unused) {
    x = 1;
    rdl_happens_before(&key);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    rdl_happens_after(&key);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
