/* Rule    atomic.own-relaxed-store  [HB-C11-03, C11 5.1.2.4]
 * Expect  race x
 * Why     what A did after its release store is not part of what it published.
 * Twin    own_relaxed_store_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdatomic.h>

int x;
_Atomic int s;

static void a(void *unused) {
    atomic_store_explicit(&s, 1, memory_order_release);
    x = 1;
    atomic_store_explicit(&s, 2, memory_order_relaxed);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    x = atomic_load_explicit(&s, memory_order_acquire);
    return 0;
}
