/* Rule    studies.callback_under_lock  [Tu19]
 * Expect  none
 * Why     it is called when the lock was let go.
 * Twin    callback_under_lock_buggy.c
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
    rdl_mutex_unlock(&m);
    int now = then();
    return now;
}

int main(void) {
    return change(read_value) != 1;
}
