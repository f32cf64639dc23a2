/* Rule    chan.send-before-receive-buffered  [HB-CH-01, HB-CH-04]
 * Expect  race x
 * Why     A writes after its send; the slot carries only what came before it.
 * Twin    send_before_receive_buffered_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c;

static void a(void *unused) {
    int one = 1;
    rdl_send(c, &one);
    x = 1;
    mark(1);
}

int main(void) {
    c = RDL_CHAN(int, 3);
    rdl_go(a, NULL);
    await(1);
    rdl_recv(c, NULL);
    x = 2;
    return 0;
}
