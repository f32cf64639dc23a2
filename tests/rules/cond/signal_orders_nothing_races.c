/* Rule    cond.signal-orders-nothing  [HB-CV-01, LT-37]
 * Expect  race x
 * Why     the signal itself and the wake-up order nothing.
 * Twin    signal_orders_nothing_ordered.c
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
    rdl_mutex_unlock(&m);
    x = 1;
    rdl_cond_signal(&c);
}

int main(void) {
    rdl_mutex_lock(&m);
    rdl_go(a, NULL);
    rdl_cond_wait(&c);
    x = 2;
    return 0;
}
