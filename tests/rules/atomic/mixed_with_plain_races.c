/* Rule    atomic.mixed-with-plain  [HB-AT-03]
 * Expect  race s
 * Why     an atomic and a plain access to the same bytes do.
 * Twin    mixed_with_plain_ordered.c
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
    *(int *)&s = 2;
    return 0;
}
