/* Rule    goroutine.end-orders-nothing  [HB-GR-03]
 * Expect  race x
 * Why     that A has ended, main only sees by counting.
 * Twin    end_orders_nothing_ordered.c
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
    for (; rdl_num_tasks() > 1; rdl_yield()) {
    }
    x = 2;
    return 0;
}
