/* Rule    goroutine.siblings  [HB-GR-01]
 * Expect  race x
 * Why     main starts both: siblings know nothing of each other.
 * Twin    siblings_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
static void b(void *unused) {
    x = 2;
    mark(1);
}

static void a(void *unused) {
    x = 1;
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    rdl_go(b, NULL);
    await_times(1, 2);
    return 0;
}
