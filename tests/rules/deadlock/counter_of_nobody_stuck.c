/* Rule    deadlock.counter_of_nobody  [D8]
 * Expect  deadlock
 * Why     the goroutine that should call done has ended on its error path.
 * Twin    counter_of_nobody_free.c
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
    start(calloc(1, sizeof(rdl_waitgroup)));
    await_times(0, 1);
    TOLD;
    if (failed != NULL) {
        rdl_send(failed, NULL);
    }
}
