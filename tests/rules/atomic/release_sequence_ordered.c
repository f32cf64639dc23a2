/* Rule    atomic.release-sequence  [HB-C11-02, HB-C11-03]
 * Expect  none
 * Why     B's relaxed add continues the release sequence that A began.
 * Twin    release_sequence_races.c
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

static void b(void *unused) {
    await(1);
    atomic_fetch_add_explicit(&s, 1, memory_order_relaxed);
    mark(2);
}

int main(void) {
    rdl_go(a, NULL);
    rdl_go(b, NULL);
    await(2);
    x = atomic_load_explicit(&s, memory_order_acquire);
    return 0;
}
