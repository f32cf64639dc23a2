/* Rule    studies.once_inside_once  [Tu19]
 * Expect  none
 * Why     it asks for nothing.
 * Twin    once_inside_once_buggy.c
 */
#include "raddle.h"

static rdl_once once;

static void init(void *again) {
    if (again != NULL) {
        rdl_once_do(&once, init, NULL);
    }
}

int main(void) {
    rdl_once_do(&once, init, NULL);
    return 0;
}
