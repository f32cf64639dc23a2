/* Rule    atomic.store-release-load-acquire  [HB-C11-02]
 * Expect  none
 * Why     a load that reads the value of a release store knows what came before the store.
 * Twin    store_release_load_acquire_races.c
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
