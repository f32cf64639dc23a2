/* Rule    atomic.store-release-load-acquire  [HB-C11-02]
 * Expect  race x
 * Why     a relaxed load reads the value and nothing else.
 * Twin    store_release_load_acquire_ordered.c
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
    while (atomic_load_explicit(&s, memory_order_relaxed) == 0) {
        rdl_yield();
    }
    x = 2;
    return 0;
}
