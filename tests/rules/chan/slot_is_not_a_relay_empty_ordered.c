/* Rule    chan.slot-is-not-a-relay-empty  [HB-CH-13, LT-07]
 * Expect  none
 * Why     B has taken A's value before it tells main, so main knows what A did.
 * Twin    slot_is_not_a_relay_empty_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c, *told;

static void a(void *unused) {
    x = 1;
    rdl_send(c, NULL);
    mark(1);
}

static void b(void *unused) {
    await(1);
    rdl_recv(c, NULL);
    rdl_close(told);
}

int main(void) {
    c = rdl_chan_make(0, 1);
    told = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    rdl_go(b, NULL);
    rdl_recv(told, NULL);
    rdl_send(c, NULL);
    x = 2;
    return 0;
}
