/* Rule    mutex.unlock-before-lock  [HB-MU-01]
 * Expect  none
 * Why     an unlock happens before every later lock of the same mutex.
 * Twin    unlock_before_lock_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_mutex m, n;

static void a(void *unused) {
    rdl_mutex_lock(&m);
    x = 1;
    rdl_mutex_unlock(&m);
    mark(1);
}

int main(void) {
    rdl_mutex *mine = &m;
    rdl_go(a, NULL);
    await(1);
    rdl_mutex_lock(mine);
    x = 2;
    rdl_mutex_unlock(mine);
    return 0;
}
