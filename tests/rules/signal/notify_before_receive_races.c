/* Rule    signal.notify-before-receive  [HB-SG-01]
 * Expect  race x
 * Why     A writes after its wish.
 * Twin    notify_before_receive_ordered.c
 */
#include "raddle.h"

#include <signal.h>

#include "../invisible.h"

int x;
rdl_chan *c;

static void a(void *unused) {
    rdl_signal_notify(c, SIGUSR1);
    x = 1;
    mark(1);
}

int main(void) {
    c = RDL_CHAN(int, 1);
    rdl_go(a, NULL);
    await(1);
    raise(SIGUSR1);
    rdl_recv(c, NULL);
    x = 2;
    rdl_signal_stop(c);
    return 0;
}
