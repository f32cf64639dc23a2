/* Rule    waitgroup.wait-at-zero  [HB-WG-01, LT-24]
 * Expect  none
 * Why     a wait that finds zero knows all that was done, though it did not wait.
 * Twin    wait_at_zero_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_waitgroup wg;

static void a(void *unused) {
    x = 1;
    rdl_waitgroup_done(&wg);
    mark(1);
}

int main(void) {
    rdl_waitgroup_add(&wg, 1);
    rdl_go(a, NULL);
    await(1);
    rdl_waitgroup_wait(&wg);
    x = 2;
    return 0;
}
