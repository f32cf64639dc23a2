/* Rule    primitive.send-and-close  [RP-01]
 * Expect  race channel
 * Why     a send and a close that nothing orders: with worse luck the send panics.
 * Twin    send_and_close_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_chan *c;

static void a(void *unused) {
    rdl_send(c, (int[]){1});
    mark(1);
}

int main(void) {
    c = RDL_CHAN(int, 1);
    rdl_go(a, NULL);
    await(1);
    rdl_close(c);
    return 0;
}
