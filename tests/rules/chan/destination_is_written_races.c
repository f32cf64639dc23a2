/* Rule    chan.destination-is-written  [HB-CH-14]
 * Expect  race x
 * Why     receiving into &x writes x, after the receive: the sender knows nothing of that.
 * Twin    destination_is_written_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c, *told;

static void a(void *unused) {
    rdl_recv(c, &x);
    mark(1);
    rdl_close(told);
}

int main(void) {
    c = RDL_CHAN(int, 0);
    told = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    rdl_send(c, (int[]){1});
    await(1);
    x = 2;
    return 0;
}
