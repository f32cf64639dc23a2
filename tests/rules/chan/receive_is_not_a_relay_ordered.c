/* Rule    chan.receive-is-not-a-relay  [HB-CH-06, LT-05]
 * Expect  none
 * Why     B tells main after its send has completed, which A's receive happened before.
 * Twin    receive_is_not_a_relay_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c, *told;

static void a(void *unused) {
    x = 1;
    rdl_recv(c, NULL);
    mark(1);
}

static void b(void *unused) {
    int two = 2;
    rdl_send(c, &two);
    rdl_close(told);
}

int main(void) {
    int one = 1;
    c = RDL_CHAN(int, 1);
    told = rdl_chan_make(0, 0);
    rdl_send(c, &one);
    rdl_go(a, NULL);
    rdl_go(b, NULL);
    await(1);
    rdl_recv(told, NULL);
    rdl_recv(c, NULL);
    x = 2;
    return 0;
}
