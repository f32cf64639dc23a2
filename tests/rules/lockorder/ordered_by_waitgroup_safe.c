/* Rule    lockorder.ordered_by_waitgroup  [D9]
 * Expect  none
 * Why     the wait ends when the goroutine is done.
 * Twin    ordered_by_waitgroup_cycle.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_mutex a, b;
rdl_waitgroup all;

void nest(rdl_mutex *first, rdl_mutex *second) {
    rdl_mutex_lock(first);
    rdl_mutex_lock(second);
    rdl_mutex_unlock(second);
    rdl_mutex_unlock(first);
}

void task(void *unused) {
    nest(&b, &a);
    mark(0);
}

int main(void) {
    rdl_waitgroup_go(&all, task, NULL);
    rdl_waitgroup_wait(&all);
    nest(&a, &b);
    rdl_waitgroup_wait(&all);
    return 0;
}
