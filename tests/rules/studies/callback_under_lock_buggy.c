/* Rule    studies.callback_under_lock  [Tu19]
 * Expect  deadlock
 * Why     the callback takes the lock that its caller holds.
 * Twin    callback_under_lock_fixed.c
 */
#include "raddle.h"

static rdl_mutex m;
static int value;

static int read_value(void) {
    rdl_mutex_lock(&m);
    int now = value;
    rdl_mutex_unlock(&m);
    return now;
}

static int change(int (*then)(void)) {
    rdl_mutex_lock(&m);
    value++;
    int now = then();
    rdl_mutex_unlock(&m);
    return now;
}

int main(void) {
    return change(read_value) != 1;
}
