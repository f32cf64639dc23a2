/* Rule    time.reset-before-function  [HB-TM-01]
 * Expect  race x
 * Why     main writes after the reset.
 * Twin    reset_before_function_ordered.c
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
    rdl_timer_reset(t, RDL_MILLISECOND);
    x = 1;
    await(1);
    return 0;
}
