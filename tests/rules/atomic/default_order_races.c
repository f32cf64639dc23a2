/* Rule    atomic.default-order  [HB-AT-01, AT-06]
 * Expect  race x
 * Why     A writes after its store.
 * Twin    default_order_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdatomic.h>

int x;
_Atomic int s;

static void a(void *unused) {
    s = 1;
    x = 1;
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    while (s == 0) {
        rdl_yield();
    }
    x = 2;
    await(1);
    return 0;
}
