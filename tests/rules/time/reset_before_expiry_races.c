/* Rule    time.reset-before-expiry  [HB-TM-01]
 * Expect  race x
 * Why     main writes after the reset.
 * Twin    reset_before_expiry_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;

static void a(void *unused) {
    rdl_recv(take(), NULL);
    x = 2;
    mark(1);
}

int main(void) {
    rdl_timer *t = rdl_timer_new(RDL_HOUR);
    rdl_go(a, NULL);
    rdl_timer_reset(t, RDL_MILLISECOND);
    x = 1;
    give(rdl_timer_chan(t));
    await(1);
    return 0;
}
