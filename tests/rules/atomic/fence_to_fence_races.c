/* Rule    atomic.fence-to-fence  [HB-C11-04]
 * Expect  race x
 * Why     the load comes after the fence: the fence has nothing to receive.
 * Twin    fence_to_fence_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdatomic.h>

int x;
_Atomic int s;

static void a(void *unused) {
    x = 1;
    atomic_thread_fence(memory_order_seq_cst);
    atomic_store_explicit(&s, 1, memory_order_relaxed);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    atomic_thread_fence(memory_order_seq_cst);
    int seen = atomic_load_explicit(&s, memory_order_relaxed);
    x = seen;
    return 0;
}
