/* Rule    studies.error_path_keeps_lock  [Tu19]
 * Expect  none
 * Why     every way out unlocks.
 * Twin    error_path_keeps_lock_buggy.c
 */
#include "raddle.h"

static rdl_mutex m;
static int stored;

static bool store(int value) {
    rdl_mutex_lock(&m);
    RDL_DEFER_UNLOCK(&m);
    if (value < 0) {
        return false;
    }
    stored = value;
    return true;
}

int main(void) {
    return store(-1) || !store(1);
}
