/* Rule    atomic.own-relaxed-store  [HB-C11-03, C11 5.1.2.4]
 * Expect  none
 * Why     a relaxed store by the task that began the release sequence continues it.
 * Twin    own_relaxed_store_races.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdatomic.h>

int x;
_Atomic int s;

static void a(void *unused) {
    x = 1;
    atomic_store_explicit(&s, 1, memory_order_release);
    atomic_store_explicit(&s, 2, memory_order_relaxed);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    x = atomic_load_explicit(&s, memory_order_acquire);
    return 0;
}
