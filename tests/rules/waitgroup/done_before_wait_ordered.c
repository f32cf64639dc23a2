/* Rule    waitgroup.done-before-wait  [HB-WG-01, LT-24]
 * Expect  none
 * Why     done happens before the wait that it lets through, and before any later wait.
 * Twin    done_before_wait_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_waitgroup wg;

static void a(void *unused) {
    x = 1;
    rdl_waitgroup_done(&wg);
    mark(1);
}

int main(void) {
    rdl_waitgroup_add(&wg, 1);
    rdl_go(a, NULL);
    rdl_waitgroup_wait(&wg);
    x = 2;
    await(1);
    return 0;
}
