/* Rule    waitgroup.done-before-wait  [HB-WG-01, LT-24]
 * Expect  race x
 * Why     A writes after done.
 * Twin    done_before_wait_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_waitgroup wg;

static void a(void *unused) {
    rdl_waitgroup_done(&wg);
    x = 1;
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
