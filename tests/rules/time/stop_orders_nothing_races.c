/* Rule    time.stop-orders-nothing  [HB-TM-02, LT-32]
 * Expect  race x
 * Why     that stop says "started" orders nothing.
 * Twin    stop_orders_nothing_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *told;

static void f(void *unused) {
    x = 1;
    mark(1);
    rdl_close(told);
}

int main(void) {
    told = rdl_chan_make(0, 0);
    rdl_timer *t = rdl_after_func(RDL_MILLISECOND, f, NULL);
    await(1);
    rdl_timer_stop(t);
    x = 2;
    return 0;
}
