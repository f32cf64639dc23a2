/* Rule    time.sleep-orders-nothing  [HB-GR-04, LT-31]
 * Expect  none
 * Why     A tells main.
 * Twin    sleep_orders_nothing_races.c
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
    rdl_recv(told, NULL);
    x = 2;
    return 0;
}
