/* Rule    time.timers-know-nothing-of-each-other  [HB-TM-02, LT-33]
 * Expect  race x
 * Why     A's timer fired before main's; two timers order nothing.
 * Twin    timers_know_nothing_of_each_other_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *told;

static void a(void *unused) {
    x = 1;
    rdl_chan *tick = rdl_after(RDL_MILLISECOND);
    rdl_recv(tick, NULL);
    mark(1);
    rdl_close(told);
}

int main(void) {
    told = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    await(1);
    rdl_recv(rdl_after(RDL_MILLISECOND), NULL);
    x = 2;
    return 0;
}
