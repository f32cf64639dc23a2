/* Rule    time.waited-for-before-reset  [HB-TM-01]
 * Expect  race x
 * Why     main writes after the reset.
 * Twin    waited_for_before_reset_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

int x;

static void a(void *tick) {
    rdl_recv(tick, NULL);
    x = 2;
    mark(1);
}

int main(void) {
    rdl_timer *t = rdl_timer_new(RDL_HOUR);
    rdl_go(a, rdl_timer_chan(t));
    await_parked("[chan receive]");
    rdl_timer_reset(t, RDL_MILLISECOND);
    x = 1;
    await(1);
    return 0;
}
