/* Rule    errgroup.freed-and-made-anew  [HB-M-06, RP-07]
 * Expect  race
 * Why     main uses the group of another task, and nothing orders the two uses.
 * Twin    freed_and_made_anew_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

static int f(void *unused) {
    await_parked("sync.WaitGroup.Wait");
    return 0;
}

static void use(rdl_errgroup *g) {
    rdl_errgroup_go(g, f, NULL);
    rdl_errgroup_wait(g);
}

__attribute__((unused)) static rdl_errgroup *made_anew(rdl_errgroup *g) {
    rdl_errgroup_free(g);
    return rdl_errgroup_new(NULL);
}

static void a(void *unused) {
    rdl_errgroup *g = rdl_errgroup_new(NULL);
    use(g);
    give(g);
}

int main(void) {
    rdl_go(a, NULL);
    rdl_errgroup *g = take();
    use(g);
    return 0;
}
