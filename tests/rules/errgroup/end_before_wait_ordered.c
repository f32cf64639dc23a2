/* Rule    errgroup.end-before-wait  [HB-EG-01]
 * Expect  none
 * Why     the end of each function happens before the return of wait.
 * Twin    end_before_wait_races.c
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
    rdl_errgroup_wait(g);
    x = 2;
    rdl_errgroup_free(g);
    return 0;
}
