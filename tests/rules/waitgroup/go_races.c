/* Rule    waitgroup.go  [HB-WG-03]
 * Expect  race x
 * Why     main only sees that it has run.
 * Twin    go_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_waitgroup wg;

static void a(void *unused) {
    x = 1;
    mark(1);
}

int main(void) {
    rdl_waitgroup_go(&wg, a, NULL);
    await(1);
    x = 2;
    return 0;
}
