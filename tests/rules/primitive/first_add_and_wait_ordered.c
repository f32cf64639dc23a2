/* Rule    primitive.first-add-and-wait  [RP-07, HB-WG-04]
 * Expect  none
 * Why     main counts the worker before it waits.
 * Twin    first_add_and_wait_races.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_waitgroup wg;

static void a(void *unused) {
    mark(1);
    await_parked("sync.WaitGroup.Wait");
    rdl_waitgroup_done(&wg);
}

int main(void) {
    rdl_waitgroup_add(&wg, 1);
    rdl_go(a, NULL);
    await(1);
    rdl_waitgroup_wait(&wg);
    return 0;
}
