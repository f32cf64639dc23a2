/* Rule    lockorder.rwmutexes  [D9]
 * Expect  none
 * Why     readers do not wait for each other.
 * Twin    rwmutexes_cycle.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_rwmutex a, b;

void nest(rdl_rwmutex *first, rdl_rwmutex *second) {
    rdl_rwmutex_rlock(first);
    rdl_rwmutex_rlock(second);
    rdl_rwmutex_runlock(second);
    rdl_rwmutex_runlock(first);
}

void task(void *unused) {
    await(0);
    nest(&b, &a);
}

int main(void) {
    rdl_waitgroup all = {0};
    rdl_waitgroup_go(&all, task, NULL);
    nest(&a, &b);
    mark(0);
    rdl_waitgroup_wait(&all);
    return 0;
}
