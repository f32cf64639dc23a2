/* Rule    chan.receive-before-send-completes  [HB-CH-02, LT-02, LT-03]
 * Expect  none
 * Why     unbuffered: the receive happens before the send completes, though no data flows that
 *         way.
 * Twin    receive_before_send_completes_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c;

static void a(void *unused) {
    rdl_send(c, NULL);
    x = 1;
    mark(1);
}

int main(void) {
    c = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    x = 2;
    rdl_recv(c, NULL);
    await(1);
    return 0;
}
