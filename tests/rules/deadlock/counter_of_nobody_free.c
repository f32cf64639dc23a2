/* Rule    deadlock.counter_of_nobody  [D8]
 * Expect  none
 * Why     it waits for main, with the waitgroup in hand.
 * Twin    counter_of_nobody_stuck.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../told.h"

#include <stdlib.h>

static rdl_chan *failed;
static void wait(void *wg) {
    mark(0);
    rdl_waitgroup_wait(wg);
}

static void work(void *wg) {
    if (failed != NULL) {
        rdl_recv(failed, NULL);
        rdl_waitgroup_done(wg);
    }
}

APART static void start(rdl_waitgroup *wg) {
    rdl_waitgroup_add(wg, 1);
    rdl_go(work, wg);
    rdl_go(wait, wg);
}

int main(void) {
    failed = rdl_chan_make(0, 0), start(calloc(1, sizeof(rdl_waitgroup)));
    await_times(0, 1);
    UNTOLD;
    if (failed != NULL) {
        rdl_send(failed, NULL);
    }
}
