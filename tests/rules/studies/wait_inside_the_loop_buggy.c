/* Rule    studies.wait_inside_the_loop  [Tu19]
 * Expect  deadlock
 * Why     it waits for all when it has started one.
 * Twin    wait_inside_the_loop_fixed.c
 */
#include "raddle.h"

static rdl_waitgroup over;

static void work(void *unused) {
    rdl_waitgroup_done(&over);
}

int main(void) {
    rdl_waitgroup_add(&over, 2);
    for (int i = 0; i < 2; i++) {
        rdl_go(work, NULL);
        rdl_waitgroup_wait(&over);
    }
    return 0;
}
