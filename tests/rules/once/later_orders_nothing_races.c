/* Rule    once.later-orders-nothing  [HB-ON-01, LT-26]
 * Expect  race x
 * Why     a later do orders nothing for the first, even if it waited for it.
 * Twin    later_orders_nothing_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_once once;
rdl_chan *told;

static void slow(void *unused) {
    mark(1);
    await(2);
}

static void second(void *unused) {
    await(1);
    x = 1;
    mark(2);
    rdl_once_do(&once, slow, NULL);
    mark(3);
    rdl_close(told);
}

int main(void) {
    told = rdl_chan_make(0, 0);
    rdl_go(second, NULL);
    rdl_once_do(&once, slow, NULL);
    await(3);
    x = 2;
    return 0;
}
