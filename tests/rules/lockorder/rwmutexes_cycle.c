/* Rule    lockorder.rwmutexes  [D9]
 * Expect  lock-order
 * Why     each holds what the other takes next.
 * Twin    rwmutexes_safe.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_rwmutex a, b;

void nest(rdl_rwmutex *first, rdl_rwmutex *second) {
    rdl_rwmutex_lock(first);
    rdl_rwmutex_rlock(second);
    rdl_rwmutex_runlock(second);
    rdl_rwmutex_unlock(first);
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
