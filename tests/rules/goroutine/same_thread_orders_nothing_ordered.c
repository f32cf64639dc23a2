/* Rule    goroutine.same-thread-orders-nothing  [HB-M-02]
 * Expect  none
 * Why     A tells main.
 * Twin    same_thread_orders_nothing_races.c
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
    rdl_maxprocs(1);
    told = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    rdl_recv(told, NULL);
    x = 2;
    return 0;
}
