/* Rule    studies.waits_for_itself  [Tu19]
 * Expect  deadlock
 * Why     a task waits until all are over, itself included.
 * Twin    waits_for_itself_fixed.c
 */
#include "raddle.h"

static rdl_waitgroup over;

static void work(void *unused) {
    rdl_waitgroup_wait(&over);
    rdl_waitgroup_done(&over);
}

int main(void) {
    rdl_waitgroup_add(&over, 1);
    rdl_go(work, NULL);
    rdl_waitgroup_wait(&over);
    return 0;
}
