/* Rule    studies.error_path_keeps_share  [Tu19]
 * Expect  deadlock
 * Why     who met an error does not give back what it took of the semaphore.
 * Twin    error_path_keeps_share_fixed.c
 */
#include "raddle.h"

static rdl_semaphore s = RDL_SEMAPHORE_INIT(1);

static int load(const char *file) {
    rdl_semaphore_acquire(&s, 1, NULL);
    if (file == NULL) {
        return -1;
    }
    rdl_semaphore_release(&s, 1);
    return 0;
}

int main(void) {
    load(NULL);
    return load("it");
}
