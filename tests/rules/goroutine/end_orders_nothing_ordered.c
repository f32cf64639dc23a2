/* Rule    goroutine.end-orders-nothing  [HB-GR-03]
 * Expect  none
 * Why     A tells main before it ends.
 * Twin    end_orders_nothing_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *told;

static void a(void *unused) {
    x = 1;
    rdl_close(told);
}

int main(void) {
    told = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    rdl_recv(told, NULL);
    x = 2;
    return 0;
}
