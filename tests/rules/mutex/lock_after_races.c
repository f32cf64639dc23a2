/* Rule    mutex.lock-after  [HB-MU-01]
 * Expect  race x
 * Why     A writes after it has unlocked.
 * Twin    lock_after_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_mutex m;

static void a(void *unused) {
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
    x = 1;
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
