/* Rule    mutex.waiting-orders-nothing  [HB-MU-02, LT-18]
 * Expect  race x
 * Why     what a waiter did before its lock is not known to the holder that unlocks.
 * Twin    waiting_orders_nothing_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_mutex m;

static void w(void *unused) {
    x = 1;
    mark(1);
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
    mark(2);
}

int main(void) {
    rdl_mutex_lock(&m);
    rdl_go(w, NULL);
    await(1);
    for (int i = 0; i < 20; i++) {
        rdl_yield(); /* W is parked by now, most likely; the verdict is the same if not */
    }
    rdl_mutex_unlock(&m);
    await(2);
    x = 2;
    return 0;
}
