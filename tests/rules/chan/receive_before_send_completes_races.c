/* Rule    chan.receive-before-send-completes  [HB-CH-02, LT-02, LT-03]
 * Expect  race x
 * Why     capacity 1: the send completes into the buffer, whatever the receiver does.
 * Twin    receive_before_send_completes_ordered.c
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
    c = rdl_chan_make(0, 1);
    rdl_go(a, NULL);
    x = 2;
    rdl_recv(c, NULL);
    await(1);
    return 0;
}
