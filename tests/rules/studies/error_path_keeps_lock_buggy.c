/* Rule    studies.error_path_keeps_lock  [Tu19]
 * Expect  deadlock
 * Why     the way out in case of an error forgets to unlock.
 * Twin    error_path_keeps_lock_fixed.c
 */
#include "raddle.h"

static rdl_mutex m;
static int stored;

static bool store(int value) {
    rdl_mutex_lock(&m);
    if (value < 0) {
        return false;
    }
    stored = value;
    rdl_mutex_unlock(&m);
    return true;
}

int main(void) {
    return store(-1) || !store(1);
}
