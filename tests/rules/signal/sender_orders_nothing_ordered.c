/* Rule    signal.sender-orders-nothing  [HB-SG-01]
 * Expect  none
 * Why     A tells main through a channel.
 * Twin    sender_orders_nothing_races.c
 */
#include "raddle.h"

#include <signal.h>

#include "../invisible.h"

int x;
rdl_chan *c;
rdl_chan *told;

static void a(void *unused) {
    x = 1;
    raise(SIGUSR1);
    mark(1);
    rdl_close(told);
}

int main(void) {
    c = RDL_CHAN(int, 1);
    told = rdl_chan_make(0, 0);
    rdl_signal_notify(c, SIGUSR1);
    rdl_go(a, NULL);
    rdl_recv(c, NULL);
    await(1);
    rdl_recv(told, NULL);
    x = 2;
    rdl_signal_stop(c);
    return 0;
}
