/* Rule    goroutine.siblings  [HB-GR-01]
 * Expect  none
 * Why     A starts B when it has written.
 * Twin    siblings_races.c
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
    rdl_go(b, NULL);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await_times(1, 2);
    return 0;
}
