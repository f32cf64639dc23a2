/* Rule    time.sleep-orders-nothing  [HB-GR-04, LT-31]
 * Expect  race x
 * Says    was a sleep: time that goes by orders nothing.
 * Why     main sleeps long enough, and that is no order.
 * Twin    sleep_orders_nothing_ordered.c
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
    rdl_sleep(RDL_MILLISECOND);
    x = 2;
    return 0;
}
