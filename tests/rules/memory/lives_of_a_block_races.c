/* Rule    memory.lives-of-a-block  [HB-M-06]
 * Expect  race
 * Why     main writes to the block that A has freed.
 * Twin    lives_of_a_block_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdlib.h>

static void a(void *unused) {
    int *block = malloc(64);
    *block = 1;
    give(block);
    free(block);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    int *block = take();
    await(1);
    *block = 2;
    return 0;
}
