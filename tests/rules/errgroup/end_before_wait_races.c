/* Rule    errgroup.end-before-wait  [HB-EG-01]
 * Expect  race x
 * Why     main does not wait before it writes.
 * Twin    end_before_wait_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;

static int f(void *unused) {
    x = 1;
    return 0;
}

int main(void) {
    rdl_errgroup *g = rdl_errgroup_new(NULL);
    rdl_errgroup_go(g, f, NULL);
    x = 2;
    rdl_errgroup_wait(g);
    rdl_errgroup_free(g);
    return 0;
}
