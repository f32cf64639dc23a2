/* Rule    chan.slot-is-not-a-relay-empty  [HB-CH-13, LT-07]
 * Expect  race x
 * Why     elements of size 0 have slots too: main's send knows what B knew when its receive began.
 * Twin    slot_is_not_a_relay_empty_ordered.c
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
    rdl_close(told);
    rdl_recv(c, NULL);
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
