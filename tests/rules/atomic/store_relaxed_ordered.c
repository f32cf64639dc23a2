/* Rule    atomic.store-relaxed  [HB-C11-02]
 * Expect  none
 * Why     a release store publishes.
 * Twin    store_relaxed_races.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdatomic.h>

int x;
_Atomic int s;

static void a(void *unused) {
    x = 1;
    atomic_store_explicit(&s, 1, memory_order_release);
}

int main(void) {
    rdl_go(a, NULL);
    while (atomic_load_explicit(&s, memory_order_acquire) == 0) {
        rdl_yield();
    }
    x = 2;
    return 0;
}
