/* Rule    rwmutex.failed-trylock  [HB-RW-01, HB-RW-02, LT-21]
 * Expect  race x
 * Why     a try that fails is nothing.
 * Twin    failed_trylock_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_rwmutex l;

static void a(void *unused) {
    rdl_rwmutex_lock(&l);
    x = 1;
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    rdl_rwmutex_trylock(&l);
    x = 2;
    return 0;
}
