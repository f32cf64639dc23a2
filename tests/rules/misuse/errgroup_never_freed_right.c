/* Rule    misuse.errgroup_never_freed  [go vet lostcancel]
 * Expect  none
 * Options leaks=strict
 * Why     who waits for the group ends its context.
 * Twin    errgroup_never_freed_wrong.c
 */
#include "raddle.h"

static int answer(void *done) {
    rdl_close(done);
    return 0;
}

int main(void) {
    rdl_chan *done = rdl_chan_make(0, 0);
    rdl_errgroup *group = rdl_errgroup_new(NULL);
    rdl_errgroup_go(group, answer, done);
    rdl_recv(done, NULL);
    rdl_errgroup_wait(group);
    return 0;
}
