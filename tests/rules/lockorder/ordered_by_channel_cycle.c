/* Rule    lockorder.ordered_by_channel  [D9]
 * Expect  lock-order
 * Why     what orders the two is luck.
 * Twin    ordered_by_channel_safe.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_mutex a, b;
rdl_chan *ch;

void nest(rdl_mutex *first, rdl_mutex *second) {
    rdl_mutex_lock(first);
    rdl_mutex_lock(second);
    rdl_mutex_unlock(second);
    rdl_mutex_unlock(first);
}

void task(void *unused) {
    await(0);
    nest(&b, &a);
}

int main(void) {
    ch = RDL_CHAN(int, 1);
    rdl_waitgroup all = {0};
    rdl_waitgroup_go(&all, task, NULL);
    nest(&a, &b);
    mark(0);
    rdl_waitgroup_wait(&all);
    return 0;
}
