/* Rule    mutex.lock-after  [HB-MU-01]
 * Expect  none
 * Why     A writes before it unlocks.
 * Twin    lock_after_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_mutex m;

static void a(void *unused) {
    rdl_mutex_lock(&m);
    x = 1;
    rdl_mutex_unlock(&m);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    rdl_mutex_lock(&m);
    x = 2;
    rdl_mutex_unlock(&m);
    return 0;
}
