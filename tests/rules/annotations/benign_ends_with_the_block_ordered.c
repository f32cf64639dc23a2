/* Rule    annotations.benign-ends-with-the-block  [raddle/detector.h]
 * Expect  none
 * Why     a mark on bytes of a block lasts as long as the block.
 * Twin    benign_ends_with_the_block_races.c
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
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    *x = 2;
    pthread_join(thread, NULL);
    return 0;
}
