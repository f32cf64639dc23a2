/* Rule    primitive.rwmutex-and-overwrite  [RP-08]
 * Expect  none
 * Why     main overwrites the lock before there is anybody else.
 * Twin    rwmutex_and_overwrite_races.c
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
    l = (rdl_rwmutex){0};
    rdl_go(a, NULL);
    await(1);
    return 0;
}
