/* Rule    chan.close-wakes-every-receiver  [HB-CH-03]
 * Expect  race x
 * Why     main looks before it has heard of the close.
 * Twin    close_wakes_every_receiver_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c, *done;

static void a(void *unused) {
    rdl_recv(c, NULL);
    rdl_send(done, (int[]){x});
}

int main(void) {
    c = rdl_chan_make(0, 0);
    done = RDL_CHAN(int, 2);
    rdl_go(a, NULL);
    rdl_go(a, NULL);
    rdl_close(c);
    x = 1;
    rdl_recv(done, NULL);
    rdl_recv(done, NULL);
    return 0;
}
