/* Rule    leak.spinning_goroutine  [D10]
 * Expect  none
 * Options leaks=strict
 * Why     it ends.
 * Twin    spinning_goroutine_left.c
 */
#include "raddle.h"

#include "../invisible.h"

static void turn(void *unused) {
    mark(0);
    while (!happened(0)) {
        rdl_yield();
    }
}

int main(void) {
    rdl_go(turn, NULL);
    await(0);
    return 0;
}
