/* Rule    signal.notify-before-receive  [HB-SG-01]
 * Expect  none
 * Why     the signal is delivered for A's wish, which came after its write.
 * Twin    notify_before_receive_races.c
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
    rdl_go(a, NULL);
    await(1);
    raise(SIGUSR1);
    rdl_recv(c, NULL);
    x = 2;
    rdl_signal_stop(c);
    return 0;
}
