/* Rule    chan.len-orders-nothing  [HB-CH-09]
 * Expect  race x
 * Why     main sees that the value is there; seeing is not receiving.
 * Twin    len_orders_nothing_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c;

static void a(void *unused) {
    int one = 1;
    x = 1;
    rdl_send(c, &one);
}

int main(void) {
    c = RDL_CHAN(int, 1);
    rdl_go(a, NULL);
    for (; rdl_chan_len(c) == 0; rdl_yield()) {
    }
    x = 2;
    return 0;
}
