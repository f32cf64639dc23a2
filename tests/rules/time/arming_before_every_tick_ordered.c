/* Rule    time.arming-before-every-tick  [HB-TM-01]
 * Expect  none
 * Why     the call that made the ticker happens before every tick.
 * Twin    arming_before_every_tick_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;

static void a(void *unused) {
    rdl_chan *ticks = take();
    rdl_recv(ticks, NULL);
    x = 2;
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    x = 1;
    rdl_ticker *t = rdl_ticker_new(RDL_MILLISECOND);
    rdl_recv(rdl_ticker_chan(t), NULL);
    give(rdl_ticker_chan(t));
    await(1);
    return 0;
}
