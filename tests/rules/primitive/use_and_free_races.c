/* Rule    primitive.use-and-free  [RP-06]
 * Expect  race channel
 * Why     free is a write of the channel and every operation a read, len included.
 * Twin    use_and_free_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_chan *c, *told;

static void a(void *unused) {
    rdl_chan_len(c);
    mark(1);
    rdl_close(told);
}

int main(void) {
    c = RDL_CHAN(int, 1);
    told = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    await(1);
    rdl_chan_free(c);
    return 0;
}
