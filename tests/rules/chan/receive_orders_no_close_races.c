/* Rule    chan.receive-orders-no-close  [HB-CH-11, RP-03, LT-16]
 * Expect  race x
 * Why     a receive happens before no close; that the two are unordered is fine by itself.
 * Twin    receive_orders_no_close_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c, *told;

static void a(void *unused) {
    x = 1;
    rdl_recv(c, NULL);
    mark(1);
    rdl_close(told);
}

int main(void) {
    c = RDL_CHAN(int, 1);
    told = rdl_chan_make(0, 0);
    rdl_send(c, (int[]){1});
    rdl_go(a, NULL);
    await(1);
    rdl_close(c);
    x = 2;
    return 0;
}
