/* Rule    waitgroup.add-orders-nothing  [HB-WG-02]
 * Expect  race x
 * Why     a positive add publishes nothing, though the counter is seen to move.
 * Twin    add_orders_nothing_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
enum { N = +1 }; /* what A adds */
rdl_waitgroup wg;

static void a(void *unused) {
    x = 1;
    rdl_waitgroup_add(&wg, N);
    mark(1);
}

int main(void) {
    rdl_waitgroup_add(&wg, 2);
    rdl_go(a, NULL);
    await(1);
    rdl_waitgroup_add(&wg, -2 - N);
    rdl_waitgroup_wait(&wg);
    x = 2;
    return 0;
}
