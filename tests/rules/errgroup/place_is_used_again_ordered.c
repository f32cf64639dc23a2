/* Rule    errgroup.place-is-used-again  [HB-EG-01]
 * Expect  none
 * Why     the second go takes the place of the first function: it came to its end.
 * Twin    place_is_used_again_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;

static int f(void *unused) {
    x = 1;
    mark(1);
    return 0;
}

static int nothing(void *unused) {
    return 0;
}

int main(void) {
    rdl_errgroup *g = rdl_errgroup_new(NULL);
    rdl_errgroup_set_limit(g, 1);
    rdl_errgroup_go(g, f, NULL);
    await(1);
    rdl_errgroup_go(g, nothing, NULL);
    x = 2;
    rdl_errgroup_wait(g);
    rdl_errgroup_free(g);
    return 0;
}
