/* Rule    atomic.volatile-is-not-atomic  [HB-C11-05]
 * Expect  none
 * Why     an atomic flag may be polled.
 * Twin    volatile_is_not_atomic_races.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdatomic.h>

_Atomic int flag;

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
