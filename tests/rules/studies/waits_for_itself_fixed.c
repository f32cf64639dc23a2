/* Rule    studies.waits_for_itself  [Tu19]
 * Expect  none
 * Why     it says that it is over before.
 * Twin    waits_for_itself_buggy.c
 */
#include "raddle.h"

static rdl_waitgroup over;

static void work(void *unused) {
    rdl_waitgroup_done(&over);
    rdl_waitgroup_wait(&over);
}

int main(void) {
    rdl_waitgroup_add(&over, 1);
    rdl_go(work, NULL);
    rdl_waitgroup_wait(&over);
    return 0;
}
