/* Rule    memory.free-is-a-write  [HB-M-06]
 * Expect  none
 * Why     A tells main that it is through with the block.
 * Twin    free_is_a_write_races.c
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
    rdl_recv(told, NULL);
    free(block);
    return 0;
}
