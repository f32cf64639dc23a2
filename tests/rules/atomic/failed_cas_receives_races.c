/* Rule    atomic.failed-cas-receives  [HB-AT-01, LT-30]
 * Expect  race x
 * Why     with a relaxed order for failure it has read and received nothing.
 * Twin    failed_cas_receives_ordered.c
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
    memory_order failure = memory_order_relaxed;
    atomic_compare_exchange_strong_explicit(&s, &expected, 8, memory_order_acq_rel, failure);
    x = 2;
    return 0;
}
