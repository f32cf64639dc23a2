/* Rule    annotations.own-header-ignore  [raddle/detector.h]
 * Expect  none
 * Why     what is between the marks is not judged.
 * Twin    own_header_ignore_races.c
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
    x = 2;
    rdl_ignore_end();
    pthread_join(thread, NULL);
    return 0;
}
