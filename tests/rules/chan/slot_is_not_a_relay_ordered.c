/* Rule    chan.slot-is-not-a-relay  [HB-CH-06, LT-04]
 * Expect  none
 * Why     B has taken A's value before it tells main, so main knows what A did.
 * Twin    slot_is_not_a_relay_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c, *told;

static void a(void *unused) {
    int one = 1;
    x = 1;
    rdl_send(c, &one);
    mark(1);
}

static void b(void *unused) {
    await(1);
    rdl_recv(c, NULL);
    rdl_close(told);
}

int main(void) {
    int two = 2;
    c = RDL_CHAN(int, 1);
    told = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    rdl_go(b, NULL);
    rdl_recv(told, NULL);
    rdl_send(c, &two);
    x = 2;
    return 0;
}
