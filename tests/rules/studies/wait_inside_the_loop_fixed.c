/* Rule    studies.wait_inside_the_loop  [Tu19]
 * Expect  none
 * Why     it waits when it has started all.
 * Twin    wait_inside_the_loop_buggy.c
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
    }
    rdl_waitgroup_wait(&over);
    return 0;
}
