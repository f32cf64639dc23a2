/* Rule    lockorder.goroutines  [D9]
 * Expect  lock-order
 * Why     each holds what the other takes next.
 * Twin    goroutines_safe.c
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
