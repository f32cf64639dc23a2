/* Rule    atomic.failed-cas-publishes-nothing  [HB-AT-01, LT-29]
 * Expect  none
 * Why     a compare-exchange that succeeds is a store.
 * Twin    failed_cas_publishes_nothing_races.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdatomic.h>

int x;
_Atomic int s;

static void a(void *unused) {
    int expected = 0;
    x = 1;
    atomic_compare_exchange_strong(&s, &expected, 1);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    x = atomic_load(&s) + 2;
    return 0;
}
