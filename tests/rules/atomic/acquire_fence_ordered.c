/* Rule    atomic.acquire-fence  [HB-C11-04]
 * Expect  none
 * Why     an acquire fence after a relaxed load receives what the load could have received.
 * Twin    acquire_fence_races.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdatomic.h>

int x;
_Atomic int s;

static void a(void *unused) {
    x = 1;
    atomic_store_explicit(&s, 1, memory_order_release);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    int seen = atomic_load_explicit(&s, memory_order_relaxed);
    atomic_thread_fence(memory_order_acquire);
    x = seen;
    return 0;
}
