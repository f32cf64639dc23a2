/* Rule    deadlock.main_sleeps_as_a_goroutine  [D8]
 * Expect  deadlock
 * Why     nobody else has the channel; what lies on main's stack below where it was parked is of calls that are over.
 * Twin    main_sleeps_as_a_goroutine_free.c
 */
#include "raddle.h"

#include "../told.h"

rdl_chan *kept;

static void ask(void *channel) {
    rdl_send(channel, NULL);
}

APART static void start(void) {
    rdl_go(ask, rdl_chan_make(0, 0));
}

int main(void) {
    rdl_maxprocs(1);
    start();
    forget();
    rdl_sleep(2 * RDL_SECOND);
    if (kept != NULL) {
        rdl_recv(kept, NULL);
    }
    return 0;
}
