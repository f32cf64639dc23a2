/* Rule    chan.direct-hand-over  [HB-CH-05, HB-M-04]
 * Expect  none
 * Why     capacity 2: the first receive happens before the third send completes, parked or not.
 * Twin    direct_hand_over_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c;

static void a(void *unused) {
    x = 1;
    mark(1);
    rdl_recv(c, NULL);
}

int main(void) {
    int n = 1;
    c = RDL_CHAN(int, 2);
    rdl_go(a, NULL);
    await(1);
    for (int i = 0; i < 20; i++) {
        rdl_yield(); /* A is parked by now, most likely; the verdict is the same if not */
    }
    rdl_send(c, &n);
    rdl_send(c, &n);
    rdl_send(c, &n);
    x = 2;
    return 0;
}
