/* Rule    goroutine.argument-is-copied  [HB-GR-01, GR-01]
 * Expect  none
 * Why     rdl_go_copy has read its argument when it returns.
 * Twin    argument_is_copied_races.c
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
    rdl_go_copy(a, &x, sizeof x);
    x = 2;
    take();
    return 0;
}
