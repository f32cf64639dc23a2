/* Rule    lockorder.ordered_by_channel  [D9]
 * Expect  none
 * Why     the goroutine receives what main sends after.
 * Twin    ordered_by_channel_cycle.c
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
    rdl_recv(ch, NULL);
    nest(&b, &a);
}

int main(void) {
    ch = RDL_CHAN(int, 1);
    rdl_waitgroup all = {0};
    rdl_waitgroup_go(&all, task, NULL);
    nest(&a, &b);
    rdl_close(ch);
    rdl_waitgroup_wait(&all);
    return 0;
}
