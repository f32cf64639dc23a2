/* Rule    chan.send-before-receive  [HB-CH-01, LT-01]
 * Expect  race x
 * Why     A writes after its send; nothing goes from there to main.
 * Twin    send_before_receive_ordered.c
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
    rdl_recv(c, NULL);
    x = 2;
    await(1);
    return 0;
}
