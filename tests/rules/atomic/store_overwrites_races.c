/* Rule    atomic.store-overwrites  [HB-AT-02, LT-27, LT-28]
 * Expect  race x
 * Why     B stores over it: whoever reads that knows of B alone.
 * Twin    store_overwrites_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdatomic.h>

int x;
_Atomic int s;

static void a(void *unused) {
    x = 1;
    atomic_store(&s, 1);
    mark(1);
}

static void b(void *unused) {
    await(1);
    atomic_store(&s, 2);
    mark(2);
}

int main(void) {
    rdl_go(a, NULL);
    rdl_go(b, NULL);
    await(2);
    x = atomic_load(&s);
    return 0;
}
