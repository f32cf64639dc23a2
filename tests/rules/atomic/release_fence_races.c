/* Rule    atomic.release-fence  [HB-C11-04]
 * Expect  race x
 * Why     A writes after the fence.
 * Twin    release_fence_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdatomic.h>

int x;
_Atomic int s;

static void a(void *unused) {
    atomic_thread_fence(memory_order_release);
    x = 1;
    atomic_store_explicit(&s, 1, memory_order_relaxed);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    x = atomic_load_explicit(&s, memory_order_acquire);
    return 0;
}
