/* Rule    primitive.reuse-and-wait  [RP-07, LT-40]
 * Expect  race wg
 * Why     the group is used again while a wait of its last life may not have returned.
 * Twin    reuse_and_wait_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_waitgroup wg;
rdl_chan *told;

static void a(void *unused) {
    rdl_waitgroup_wait(&wg);
    mark(1);
    rdl_close(told);
}

int main(void) {
    told = rdl_chan_make(0, 0);
    rdl_waitgroup_add(&wg, 1);
    rdl_go(a, NULL);
    await_parked("sync.WaitGroup.Wait");
    rdl_waitgroup_done(&wg);
    await(1);
    rdl_waitgroup_add(&wg, 1);
    rdl_waitgroup_done(&wg);
    return 0;
}
