/* Rule    mutex.unlock-before-lock  [HB-MU-01]
 * Expect  race x
 * Why     main takes another mutex.
 * Twin    unlock_before_lock_ordered.c
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
    rdl_mutex *mine = &n;
    rdl_go(a, NULL);
    await(1);
    rdl_mutex_lock(mine);
    x = 2;
    rdl_mutex_unlock(mine);
    return 0;
}
