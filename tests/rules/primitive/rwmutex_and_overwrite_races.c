/* Rule    primitive.rwmutex-and-overwrite  [RP-08]
 * Expect  race l
 * Why     main overwrites a lock that another task uses.
 * Twin    rwmutex_and_overwrite_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_rwmutex l;

static void a(void *unused) {
    rdl_rwmutex_rlock(&l);
    rdl_rwmutex_runlock(&l);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    l = (rdl_rwmutex){0};
    return 0;
}
