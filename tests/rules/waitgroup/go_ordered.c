/* Rule    waitgroup.go  [HB-WG-03]
 * Expect  none
 * Why     the function's return happens before the wait.
 * Twin    go_races.c
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
    rdl_waitgroup_wait(&wg);
    x = 2;
    return 0;
}
