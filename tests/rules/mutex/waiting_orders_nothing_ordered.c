/* Rule    mutex.waiting-orders-nothing  [HB-MU-02, LT-18]
 * Expect  none
 * Why     main locks after W has unlocked.
 * Twin    waiting_orders_nothing_races.c
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
    rdl_mutex_lock(&m);
    x = 2;
    return 0;
}
