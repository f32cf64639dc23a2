/* Rule    chan.close-before-receive  [HB-CH-03, LT-11]
 * Expect  race x
 * Why     A writes after it has closed.
 * Twin    close_before_receive_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c;

static void a(void *unused) {
    rdl_close(c);
    x = 1;
    mark(1);
}

int main(void) {
    c = RDL_CHAN(int, 0);
    rdl_go(a, NULL);
    rdl_recv(c, NULL);
    x = 2;
    await(1);
    return 0;
}
