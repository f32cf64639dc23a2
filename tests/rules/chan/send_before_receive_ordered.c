/* Rule    chan.send-before-receive  [HB-CH-01, LT-01]
 * Expect  none
 * Why     the k-th send happens before the k-th receive completes, so what A wrote before it is
 *         main's to overwrite.
 * Twin    send_before_receive_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c;

static void a(void *unused) {
    x = 1;
    rdl_send(c, NULL);
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
