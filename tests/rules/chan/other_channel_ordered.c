/* Rule    chan.other-channel  [HB-CH-01]
 * Expect  none
 * Why     both use one channel.
 * Twin    other_channel_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c, *d;

static void a(void *unused) {
    x = 1;
    rdl_send(c, (int[]){1});
    mark(1);
}

int main(void) {
    c = RDL_CHAN(int, 1);
    d = RDL_CHAN(int, 1);
    rdl_send(d, (int[]){1});
    rdl_go(a, NULL);
    await(1);
    rdl_recv(c, NULL);
    x = 2;
    return 0;
}
