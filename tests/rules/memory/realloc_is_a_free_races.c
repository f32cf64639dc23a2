/* Rule    memory.realloc-is-a-free  [HB-M-06]
 * Expect  race
 * Why     an access and a realloc that nothing orders.
 * Twin    realloc_is_a_free_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdlib.h>

rdl_chan *told;
int *block;

static void a(void *unused) {
    *block = 1;
    mark(1);
    rdl_close(told);
}

int main(void) {
    told = rdl_chan_make(0, 0);
    block = calloc(16, sizeof *block);
    rdl_go(a, NULL);
    await(1);
    free(realloc(block, 1 << 20));
    return 0;
}
