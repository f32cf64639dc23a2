/* Rule    chan.element-is-read  [HB-CH-14]
 * Expect  none
 * Why     the sender's element was read before the send, which main has received.
 * Twin    element_is_read_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c;

static void a(void *unused) {
    rdl_send(c, &x);
    mark(1);
}

int main(void) {
    c = RDL_CHAN(int, 1);
    rdl_go(a, NULL);
    rdl_recv(c, NULL);
    x = 2;
    return 0;
}
