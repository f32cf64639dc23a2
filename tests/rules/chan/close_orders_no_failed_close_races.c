/* Rule    chan.close-orders-no-failed-close  [HB-CH-12, RP-04]
 * Expect  race x
 * Why     a close that panics because somebody was faster learns nothing from it.
 * Twin    close_orders_no_failed_close_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c;

static void a(void *unused) {
    x = 1;
    rdl_close(c);
    mark(1);
}

static void close_again(void *unused) {
    rdl_close(c);
}

int main(void) {
    c = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    await(1);
    bool closed = rdl_try(close_again, NULL, NULL);
    x = 2;
    return closed ? 1 : 0;
}
