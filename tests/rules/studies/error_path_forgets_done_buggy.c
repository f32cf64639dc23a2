/* Rule    studies.error_path_forgets_done  [Tu19]
 * Expect  deadlock
 * Why     who met an error does not say that it is over.
 * Twin    error_path_forgets_done_fixed.c
 */
#include "raddle.h"

static rdl_waitgroup over;

static void work(void *file) {
    if (file == NULL) {
        return;
    }
    rdl_waitgroup_done(&over);
}

int main(void) {
    rdl_waitgroup_add(&over, 2);
    rdl_go(work, &over);
    rdl_go(work, NULL);
    rdl_waitgroup_wait(&over);
    return 0;
}
