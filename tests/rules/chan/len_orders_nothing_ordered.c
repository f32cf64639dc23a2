/* Rule    chan.len-orders-nothing  [HB-CH-09]
 * Expect  none
 * Why     main receives the value.
 * Twin    len_orders_nothing_races.c
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
    rdl_recv(c, NULL);
    x = 2;
    return 0;
}
