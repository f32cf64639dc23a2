/* Rule    chan.close-before-receive  [HB-CH-03, LT-11]
 * Expect  none
 * Why     close happens before a receive that returns because the channel is closed.
 * Twin    close_before_receive_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c;

static void a(void *unused) {
    x = 1;
    rdl_close(c);
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
