/* Rule    studies.group_at_its_limit  [Tu19]
 * Expect  none
 * Why     there is room for two.
 * Twin    group_at_its_limit_buggy.c
 */
#include "raddle.h"

static int nothing(void *unused) {
    return 0;
}

static int start_another(void *group) {
    rdl_errgroup_go(group, nothing, NULL);
    return 0;
}

int main(void) {
    rdl_errgroup *group = rdl_errgroup_new(NULL);
    rdl_errgroup_set_limit(group, 2);
    rdl_errgroup_go(group, start_another, group);
    rdl_errgroup_wait(group);
    rdl_errgroup_free(group);
    return 0;
}
