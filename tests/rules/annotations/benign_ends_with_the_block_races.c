/* Rule    annotations.benign-ends-with-the-block  [raddle/detector.h]
 * Expect  race
 * Why     the block was given back; the one that is malloced next, at the same place, is another.
 * Twin    benign_ends_with_the_block_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <raddle/detector.h>
#include <stdlib.h>

int *x;

static void *worker(void *unused) {
    *x = 1;
    mark(1);
    return unused;
}

int main(void) {
    x = malloc(24);
    rdl_benign(x, sizeof *x);
    free(x);
    x = malloc(24);
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    *x = 2;
    pthread_join(thread, NULL);
    return 0;
}
