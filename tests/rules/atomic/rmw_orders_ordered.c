/* Rule    atomic.rmw-orders  [HB-C11-02]
 * Expect  none
 * Why     an acquire exchange receives what the release exchange published.
 * Twin    rmw_orders_races.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdatomic.h>

int x;
_Atomic int s;

static void a(void *unused) {
    x = 1;
    atomic_exchange_explicit(&s, 1, memory_order_release);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    atomic_exchange_explicit(&s, 2, memory_order_acquire);
    x = 2;
    return 0;
}
