/* Rule    misuse.errgroup_never_freed  [go vet lostcancel]
 * Expect  misuse errgroup
 * Options leaks=strict
 * Why     nobody waits for the group, or frees it: its context stays as long as the parent does.
 * Twin    errgroup_never_freed_right.c
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
    return 0;
}
