/* Rule    studies.error_path_forgets_done  [Tu19]
 * Expect  none
 * Why     every way out says so.
 * Twin    error_path_forgets_done_buggy.c
 */
#include "raddle.h"

static rdl_waitgroup over;

static void work(void *file) {
    RDL_DEFER_DONE(&over);
    if (file == NULL) {
        return;
    }
}

int main(void) {
    rdl_waitgroup_add(&over, 2);
    rdl_go(work, &over);
    rdl_go(work, NULL);
    rdl_waitgroup_wait(&over);
    return 0;
}
