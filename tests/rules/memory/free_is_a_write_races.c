/* Rule    memory.free-is-a-write  [HB-M-06]
 * Expect  race
 * Why     an access and a free that nothing orders.
 * Twin    free_is_a_write_ordered.c
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
    block = malloc(64);
    rdl_go(a, NULL);
    await(1);
    free(block);
    return 0;
}
