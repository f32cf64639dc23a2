/* Rule    time.arming-before-expiry  [HB-TM-01, LT-34]
 * Expect  race x
 * Why     main writes after it has armed the timer.
 * Twin    arming_before_expiry_ordered.c
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
    rdl_chan *tick = rdl_after(RDL_MILLISECOND);
    x = 1;
    give(tick);
    await(1);
    return 0;
}
