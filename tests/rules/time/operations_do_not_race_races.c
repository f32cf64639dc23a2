/* Rule    time.operations-do-not-race  [RP-09]
 * Expect  race x
 * Why     x is one.
 * Twin    operations_do_not_race_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_timer *t;

static void a(void *unused) {
    rdl_timer_reset(t, RDL_MILLISECOND);
    rdl_try_recv(rdl_timer_chan(t), NULL, NULL);
    rdl_timer_stop(t);
    x = 2;
    mark(1);
}

int main(void) {
    t = rdl_timer_new(RDL_HOUR);
    rdl_go(a, NULL);
    rdl_timer_reset(t, 0);
    rdl_timer_stop(t);
    rdl_try_recv(rdl_timer_chan(t), NULL, NULL);
    await(1);
    x = 1;
    return 0;
}
