/* Rule    lockorder.goroutines  [D9]
 * Expect  none
 * Why     both take them in one order.
 * Twin    goroutines_cycle.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_mutex a, b;

void nest(rdl_mutex *first, rdl_mutex *second) {
    rdl_mutex_lock(first);
    rdl_mutex_lock(second);
    rdl_mutex_unlock(second);
    rdl_mutex_unlock(first);
}

void task(void *unused) {
    await(0);
    nest(&a, &b);
}

int main(void) {
    rdl_waitgroup all = {0};
    rdl_waitgroup_go(&all, task, NULL);
    nest(&a, &b);
    mark(0);
    rdl_waitgroup_wait(&all);
    return 0;
}
