/* Rule    atomic.failed-cas-receives  [HB-AT-01, LT-30]
 * Expect  none
 * Why     a compare-exchange that fails has read all the same.
 * Twin    failed_cas_receives_races.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdatomic.h>

int x;
_Atomic int s;

static void a(void *unused) {
    x = 1;
    atomic_store(&s, 1);
    mark(1);
}

int main(void) {
    int expected = 7;
    rdl_go(a, NULL);
    await(1);
    memory_order failure = memory_order_acquire;
    atomic_compare_exchange_strong_explicit(&s, &expected, 8, memory_order_acq_rel, failure);
    x = 2;
    return 0;
}
