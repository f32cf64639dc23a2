/* Rule    atomic.mixed-with-plain  [HB-AT-03]
 * Expect  none
 * Why     two atomic accesses never race with each other.
 * Twin    mixed_with_plain_races.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdatomic.h>

_Atomic int s;

static void a(void *unused) {
    atomic_fetch_add_explicit(&s, 1, memory_order_relaxed);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    atomic_store_explicit(&s, 2, memory_order_relaxed);
    return 0;
}
