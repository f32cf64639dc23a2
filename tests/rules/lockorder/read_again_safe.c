/* Rule    lockorder.read_again  [D9]
 * Expect  none
 * Why     it is taken for reading once.
 * Twin    read_again_cycle.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_rwmutex a;

void task(void *unused) {
    await(0);
    rdl_rwmutex_lock(&a);
    rdl_rwmutex_unlock(&a);
}

int main(void) {
    rdl_waitgroup all = {0};
    rdl_waitgroup_go(&all, task, NULL);
    rdl_rwmutex_rlock(&a);
    rdl_rwmutex_runlock(&a);
    mark(0);
    rdl_waitgroup_wait(&all);
    return 0;
}
