/* Rule    primitive.first-add-and-wait  [RP-07, HB-WG-04]
 * Expect  race wg
 * Why     the worker counts itself: if it is slow to start, main does not wait for it.
 * Twin    first_add_and_wait_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_waitgroup wg;

static void a(void *unused) {
    rdl_waitgroup_add(&wg, 1);
    mark(1);
    await_parked("sync.WaitGroup.Wait");
    rdl_waitgroup_done(&wg);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    rdl_waitgroup_wait(&wg);
    return 0;
}
