/* Rule    leak.spinning_goroutine  [D10]
 * Expect  leak main
 * Options leaks=strict
 * Says    1 goroutine running at exit
 * Why     it turns for ever, and whatever is left is to fail.
 * Twin    spinning_goroutine_gone.c
 */
#include "raddle.h"

#include "../invisible.h"

static void turn(void *unused) {
    mark(0);
    while (true) {
        rdl_yield();
    }
}

int main(void) {
    rdl_go(turn, NULL);
    await(0);
    return 0;
}
