/* Rule    atomic.default-order  [HB-AT-01, AT-06]
 * Expect  none
 * Why     without a word about order, an atomic is sequentially consistent: it publishes and
 *         receives.
 * Twin    default_order_races.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdatomic.h>

int x;
_Atomic int s;

static void a(void *unused) {
    x = 1;
    s = 1;
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    while (s == 0) {
        rdl_yield();
    }
    x = 2;
    await(1);
    return 0;
}
