/* Rule    time.arming-before-function  [HB-TM-01]
 * Expect  race x
 * Why     main writes after it has armed the timer.
 * Twin    arming_before_function_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;

static void f(void *unused) {
    x = 2;
    mark(1);
}

int main(void) {
    rdl_after_func(RDL_MILLISECOND, f, NULL);
    x = 1;
    await(1);
    return 0;
}
