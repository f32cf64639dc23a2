/* Rule    mutex.hand-over-unlock  [HB-MU-01, LT-19, S2]
 * Expect  race x
 * Why     A writes after its unlock.
 * Twin    hand_over_unlock_ordered.c
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

static void lock_only(void *unused) {
    await(1);
    rdl_mutex_lock(&m);
    mark(2);
}

static void unlock_only(void *unused) {
    await(2);
    rdl_mutex_unlock(&m);
    mark(3);
}

int main(void) {
    rdl_go(a, NULL);
    rdl_go(lock_only, NULL);
    rdl_go(unlock_only, NULL);
    await(3);
    rdl_mutex_lock(&m);
    x = 2;
    return 0;
}
