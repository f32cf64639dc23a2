/* Rule    atomic.volatile-is-not-atomic  [HB-C11-05]
 * Expect  race flag
 * Why     a volatile flag may not: it is neither atomic nor an edge.
 * Twin    volatile_is_not_atomic_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

volatile int flag;

static void a(void *unused) {
    flag = 1;
}

int main(void) {
    rdl_go(a, NULL);
    while (flag == 0) {
        rdl_yield();
    }
    return 0;
}
