/* Rule    chan.send-orders-no-send-empty  [HB-CH-07, HB-CH-13, LT-07]
 * Expect  none
 * Why     main receives what A sent.
 * Twin    send_orders_no_send_empty_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c;

static void a(void *unused) {
    x = 1;
    rdl_send(c, NULL);
    mark(1);
}

int main(void) {
    c = rdl_chan_make(0, 2);
    rdl_go(a, NULL);
    await(1);
    rdl_recv(c, NULL);
    x = 2;
    return 0;
}
