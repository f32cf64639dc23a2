/* Rule    rwmutex.unlock-before-lock  [HB-RW-01]
 * Expect  none
 * Why     a writer knows what every earlier writer did inside.
 * Twin    unlock_before_lock_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_rwmutex l;

static void a(void *unused) {
    rdl_rwmutex_lock(&l);
    x = 1;
    rdl_rwmutex_unlock(&l);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    rdl_rwmutex_lock(&l);
    x = 2;
    return 0;
}
