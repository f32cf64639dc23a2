/* Rule    time.only-the-last-arming-counts  [HB-TM-01]
 * Expect  race x
 * Why     the expiry is armed by main; that A made the timer is no order any more.
 * Twin    only_the_last_arming_counts_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *told;

static void a(void *unused) {
    x = 1;
    give(rdl_timer_new(RDL_HOUR));
    rdl_close(told);
}

static void b(void *t) {
    rdl_recv(rdl_timer_chan(t), NULL);
    x = 2;
    mark(1);
}

int main(void) {
    told = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    rdl_timer *t = take();
    rdl_go(b, t);
    rdl_timer_reset(t, RDL_MILLISECOND);
    await(1);
    return 0;
}
