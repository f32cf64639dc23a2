/* Rule    goroutine.argument-is-copied  [HB-GR-01, GR-01]
 * Expect  race x
 * Why     rdl_go hands over the address: the goroutine reads the variable itself.
 * Twin    argument_is_copied_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
static void a(void *arg) {
    const int *n = arg;
    give(*n == 1 ? &x : arg);
}

int main(void) {
    x = 1;
    rdl_go(a, &x);
    x = 2;
    take();
    return 0;
}
