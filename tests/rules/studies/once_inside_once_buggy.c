/* Rule    studies.once_inside_once  [Tu19]
 * Expect  deadlock
 * Why     what is done once wants to be done first.
 * Twin    once_inside_once_fixed.c
 */
#include "raddle.h"

static rdl_once once;

static void init(void *again) {
    if (again != NULL) {
        rdl_once_do(&once, init, NULL);
    }
}

int main(void) {
    rdl_once_do(&once, init, &once);
    return 0;
}
