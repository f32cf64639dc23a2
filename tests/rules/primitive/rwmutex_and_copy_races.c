/* Rule    primitive.rwmutex-and-copy  [RP-08]
 * Expect  race l
 * Why     main copies a lock that another task uses.
 * Twin    rwmutex_and_copy_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_rwmutex l, copy;

static void a(void *unused) {
    rdl_rwmutex_rlock(&l);
    rdl_rwmutex_runlock(&l);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    copy = l;
    return 0;
}
