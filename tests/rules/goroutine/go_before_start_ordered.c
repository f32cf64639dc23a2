/* Rule    goroutine.go-before-start  [HB-GR-01]
 * Expect  none
 * Why     what main did before rdl_go happens before the goroutine's first step.
 * Twin    go_before_start_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
static void a(void *unused) {
    x = 2;
    mark(1);
}

int main(void) {
    x = 1;
    rdl_go(a, NULL);
    await(1);
    return 0;
}
