/* Rule    deadlock.goroutine_reads_the_other  [D8]
 * Expect  deadlock
 * Why     each holds what the other wants, one of them to read, while main runs.
 * Twin    goroutine_reads_the_other_free.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_rwmutex a;
rdl_mutex b;

static void one(void *unused) {
    rdl_rwmutex_rlock(&a);
    mark(0);
    await_times(0, 2);
    rdl_mutex_lock(&b);
    rdl_mutex_unlock(&b);
    rdl_rwmutex_runlock(&a);
    mark(1);
}

static void other(void *unused) {
    rdl_mutex_lock(&b);
    mark(0);
    await_times(0, 2);
    if (rdl_rwmutex_lock(&a), true) {
        rdl_rwmutex_unlock(&a);
    }
    rdl_mutex_unlock(&b);
    mark(1);
}

int main(void) {
    rdl_go(one, NULL);
    rdl_go(other, NULL);
    await_over_or_parked(2, 1, "Lock");
    return 0;
}
