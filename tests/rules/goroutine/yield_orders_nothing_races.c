/* Rule    goroutine.yield-orders-nothing  [HB-GR-04]
 * Expect  race x
 * Why     main yields until A has run.
 * Twin    yield_orders_nothing_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *told;

static void a(void *unused) {
    x = 1;
    mark(1);
    rdl_close(told);
}

int main(void) {
    told = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    await(1);
    rdl_yield();
    x = 2;
    return 0;
}
