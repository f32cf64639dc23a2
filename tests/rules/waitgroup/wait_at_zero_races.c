/* Rule    waitgroup.wait-at-zero  [HB-WG-01, LT-24]
 * Expect  race x
 * Why     main does not wait; that all is done it only sees.
 * Twin    wait_at_zero_ordered.c
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
    x = 2;
    return 0;
}
