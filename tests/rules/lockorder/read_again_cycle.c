/* Rule    lockorder.read_again  [D9]
 * Expect  lock-order
 * Why     a writer that comes in between waits for the reader, who then waits for the writer.
 * Twin    read_again_safe.c
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
    rdl_rwmutex_rlock(&a);
    rdl_rwmutex_runlock(&a);
    rdl_rwmutex_runlock(&a);
    mark(0);
    rdl_waitgroup_wait(&all);
    return 0;
}
