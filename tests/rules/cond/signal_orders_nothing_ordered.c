/* Rule    cond.signal-orders-nothing  [HB-CV-01, LT-37]
 * Expect  none
 * Why     what A did under the lock is known to who locks again in its wait.
 * Twin    signal_orders_nothing_races.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

int x;
rdl_mutex m;
rdl_cond c = RDL_COND_INIT(&m);

static void a(void *unused) {
    await_parked("sync.Cond.Wait");
    rdl_mutex_lock(&m);
    x = 1;
    rdl_mutex_unlock(&m);
    rdl_cond_signal(&c);
}

int main(void) {
    rdl_mutex_lock(&m);
    rdl_go(a, NULL);
    rdl_cond_wait(&c);
    x = 2;
    return 0;
}
