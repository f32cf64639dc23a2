/* Rule    primitive.mutex-and-overwrite  [RP-08]
 * Expect  race l
 * Why     main overwrites a lock that another task uses.
 * Twin    mutex_and_overwrite_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_mutex l;

static void a(void *unused) {
    rdl_mutex_lock(&l);
    rdl_mutex_unlock(&l);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    l = (rdl_mutex){0};
    return 0;
}
