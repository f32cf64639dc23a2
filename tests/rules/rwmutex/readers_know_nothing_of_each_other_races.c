/* Rule    rwmutex.readers-know-nothing-of-each-other  [HB-RW-01, HB-RW-02, LT-20]
 * Expect  race x
 * Why     a reader does not know what an earlier reader did.
 * Twin    readers_know_nothing_of_each_other_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_rwmutex l;

static void a(void *unused) {
    rdl_rwmutex_rlock(&l);
    x = 1;
    rdl_rwmutex_runlock(&l);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    rdl_rwmutex_rlock(&l);
    x = 2;
    return 0;
}
