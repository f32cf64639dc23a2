/* Rule    atomic.store-overwrites  [HB-AT-02, LT-27, LT-28]
 * Expect  none
 * Why     B adds to what A stored: whoever reads the sum knows of both.
 * Twin    store_overwrites_races.c
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
    atomic_fetch_add(&s, 1);
    mark(2);
}

int main(void) {
    rdl_go(a, NULL);
    rdl_go(b, NULL);
    await(2);
    x = atomic_load(&s);
    return 0;
}
