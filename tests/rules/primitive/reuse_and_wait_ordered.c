/* Rule    primitive.reuse-and-wait  [RP-07, LT-40]
 * Expect  none
 * Why     A's wait has returned before main uses the group again.
 * Twin    reuse_and_wait_races.c
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
    rdl_recv(told, NULL);
    rdl_waitgroup_add(&wg, 1);
    rdl_waitgroup_done(&wg);
    return 0;
}
