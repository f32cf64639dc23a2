/* Rule    time.arming-before-expiry  [HB-TM-01, LT-34]
 * Expect  none
 * Why     the call that armed the timer happens before the receive of its tick.
 * Twin    arming_before_expiry_races.c
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
    rdl_go(a, NULL);
    x = 1;
    rdl_chan *tick = rdl_after(RDL_MILLISECOND);
    give(tick);
    await(1);
    return 0;
}
