/* Rule    chan.send-orders-no-send  [HB-CH-07, LT-06]
 * Expect  none
 * Why     main receives what A sent.
 * Twin    send_orders_no_send_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c;

static void a(void *unused) {
    int one = 1;
    x = 1;
    rdl_send(c, &one);
    mark(1);
}

int main(void) {
    int two = 2;
    c = RDL_CHAN(int, 2);
    rdl_go(a, NULL);
    await(1);
    rdl_recv(c, &two);
    x = two;
    return 0;
}
