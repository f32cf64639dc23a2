/* Rule    once.first-before-all  [HB-ON-01, LT-25]
 * Expect  race x
 * Why     main asks another once.
 * Twin    first_before_all_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_once once, other;

static void write_x(void *unused) {
    x = 1;
}

static void nothing(void *unused) {
}

static void a(void *unused) {
    rdl_once_do(&once, write_x, NULL);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    rdl_once_do(&other, nothing, NULL);
    x = 2;
    return 0;
}
