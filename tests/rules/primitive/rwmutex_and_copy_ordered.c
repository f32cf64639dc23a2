/* Rule    primitive.rwmutex-and-copy  [RP-08]
 * Expect  none
 * Why     main copies the lock before there is anybody else.
 * Twin    rwmutex_and_copy_races.c
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
    copy = l;
    rdl_go(a, NULL);
    await(1);
    return 0;
}
