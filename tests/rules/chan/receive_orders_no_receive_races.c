/* Rule    chan.receive-orders-no-receive  [HB-CH-07, LT-08]
 * Expect  race x
 * Why     two receives from different slots know nothing of each other.
 * Twin    receive_orders_no_receive_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c;

static void a(void *unused) {
    x = 1;
    rdl_recv(c, NULL);
    mark(1);
}

int main(void) {
    int n = 2;
    c = RDL_CHAN(int, 2);
    rdl_send(c, &n);
    rdl_send(c, &n);
    rdl_go(a, NULL);
    await(1);
    rdl_recv(c, &n);
    x = n;
    return 0;
}
