/* Rule    goroutine.go-before-start  [HB-GR-01]
 * Expect  race x
 * Why     main goes on after rdl_go, and so does the goroutine.
 * Twin    go_before_start_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
static void a(void *unused) {
    x = 2;
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    x = 1;
    await(1);
    return 0;
}
