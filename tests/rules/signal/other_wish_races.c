/* Rule    signal.other-wish  [HB-SG-01]
 * Expect  race x
 * Why     main receives a signal that it asked for itself; A asked for another.
 * Twin    other_wish_ordered.c
 */
#include "raddle.h"

#include <signal.h>

#include "../invisible.h"

int x;
rdl_chan *c;

static void a(void *unused) {
    x = 1;
    rdl_signal_notify(c, SIGUSR1);
    mark(1);
}

int main(void) {
    c = RDL_CHAN(int, 1);
    rdl_signal_notify(c, SIGUSR2);
    rdl_go(a, NULL);
    await(1);
    raise(SIGUSR2);
    rdl_recv(c, NULL);
    x = 2;
    rdl_signal_stop(c);
    return 0;
}
