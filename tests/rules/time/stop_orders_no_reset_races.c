/* Rule    time.stop-orders-no-reset  [HB-TM-02]
 * Expect  race x
 * Why     A stopped the timer, main sets it: neither knows of the other.
 * Twin    stop_orders_no_reset_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_timer *t;
rdl_chan *told;

static void a(void *unused) {
    x = 1;
    rdl_timer_stop(t);
    mark(1);
    rdl_close(told);
}

int main(void) {
    told = rdl_chan_make(0, 0);
    t = rdl_timer_new(RDL_HOUR);
    rdl_go(a, NULL);
    await(1);
    rdl_timer_reset(t, RDL_HOUR);
    x = 2;
    return 0;
}
