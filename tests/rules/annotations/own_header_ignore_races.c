/* Rule    annotations.own-header-ignore  [raddle/detector.h]
 * Expect  race x
 * Why     the mark had ended.
 * Twin    own_header_ignore_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <raddle/detector.h>
#include <stdlib.h>

int x;

static void *worker(void *unused) {
    x = 1;
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    rdl_ignore_begin();
    rdl_ignore_end();
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
