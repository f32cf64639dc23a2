/* Rule    time.arming-before-function  [HB-TM-01]
 * Expect  none
 * Why     what the task that arms the timer did before is known to the function.
 * Twin    arming_before_function_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;

static void f(void *unused) {
    x = 2;
    mark(1);
}

int main(void) {
    x = 1;
    rdl_after_func(RDL_MILLISECOND, f, NULL);
    await(1);
    return 0;
}
