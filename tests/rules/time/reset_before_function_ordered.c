/* Rule    time.reset-before-function  [HB-TM-01]
 * Expect  none
 * Why     the call that armed the expiry is the reset.
 * Twin    reset_before_function_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;

static void f(void *unused) {
    x = 2;
    mark(1);
}

int main(void) {
    rdl_timer *t = rdl_after_func(RDL_HOUR, f, NULL);
    x = 1;
    rdl_timer_reset(t, RDL_MILLISECOND);
    await(1);
    return 0;
}
