/* Rule    mutex.trylock  [HB-MU-01, HB-MU-02]
 * Expect  none
 * Why     a trylock that succeeds is a lock.
 * Twin    trylock_races.c
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
    rdl_mutex_trylock(&m);
    x = 2;
    return 0;
}
