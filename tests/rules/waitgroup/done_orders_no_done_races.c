/* Rule    waitgroup.done-orders-no-done  [HB-WG-02, LT-23]
 * Expect  race x
 * Why     two that are done know nothing of each other.
 * Twin    done_orders_no_done_ordered.c
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
    rdl_waitgroup_add(&wg, 2);
    rdl_go(a, NULL);
    await(1);
    rdl_waitgroup_done(&wg);
    x = 2;
    return 0;
}
