/* Rule    lockorder.read_again_after_writer  [D9]
 * Expect  lock-order
 * Why     that the writer came first was luck.
 * Twin    read_again_after_writer_safe.c
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
    rdl_rwmutex_rlock(&a);
    rdl_rwmutex_runlock(&a);
    rdl_rwmutex_runlock(&a);
    rdl_waitgroup_wait(&all);
    return 0;
}
