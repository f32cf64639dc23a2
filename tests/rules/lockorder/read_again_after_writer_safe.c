/* Rule    lockorder.read_again_after_writer  [D9]
 * Expect  none
 * Why     the reader only tries the second time.
 * Twin    read_again_after_writer_cycle.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_rwmutex a;

void task(void *unused) {
    rdl_rwmutex_lock(&a);
    rdl_rwmutex_unlock(&a);
    mark(0);
}

int main(void) {
    rdl_waitgroup all = {0};
    rdl_waitgroup_go(&all, task, NULL);
    await(0);
    rdl_rwmutex_rlock(&a);
    rdl_rwmutex_tryrlock(&a);
    rdl_rwmutex_runlock(&a);
    rdl_rwmutex_runlock(&a);
    rdl_waitgroup_wait(&all);
    return 0;
}
