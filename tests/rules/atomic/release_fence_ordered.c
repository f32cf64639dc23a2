/* Rule    atomic.release-fence  [HB-C11-04]
 * Expect  none
 * Why     a release fence before a relaxed store makes it publish what came before the fence.
 * Twin    release_fence_races.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdatomic.h>

int x;
_Atomic int s;

static void a(void *unused) {
    x = 1;
    atomic_thread_fence(memory_order_release);
    atomic_store_explicit(&s, 1, memory_order_relaxed);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    x = atomic_load_explicit(&s, memory_order_acquire);
    return 0;
}
