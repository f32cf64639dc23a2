/* Rule    lockorder.handed_over  [D9]
 * Expect  lock-order
 * Why     main still holds the first lock when it takes the second.
 * Twin    handed_over_safe.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_mutex a, b;

void unlocker(void *unused) {
    await(1);
    mark(2);
}

void task(void *unused) {
    await(0);
    rdl_mutex_lock(&b);
    rdl_mutex_lock(&a);
    rdl_mutex_unlock(&a);
    rdl_mutex_unlock(&b);
}

int main(void) {
    rdl_waitgroup all = {0};
    rdl_waitgroup_go(&all, unlocker, NULL);
    rdl_waitgroup_go(&all, task, NULL);
    rdl_mutex_lock(&a);
    mark(1);
    await(2);
    rdl_mutex_lock(&b);
    rdl_mutex_unlock(&b);
    rdl_mutex_unlock(&a);
    mark(0);
    rdl_waitgroup_wait(&all);
    return 0;
}
