/* Rule    deadlock.share_let_go_before  [D8, RW-06]
 * Expect  none
 * Why     main lets go the share of another, as it has done before.
 * Twin    share_let_go_before_stuck.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_rwmutex a;
rdl_mutex b;

static void one(void *waits) {
    rdl_rwmutex_rlock(&a);
    mark(0);
    if (waits) {
        await(1);
        rdl_mutex_lock(&b);
        rdl_mutex_unlock(&b);
    }
}

static void other(void *unused) {
    rdl_mutex_lock(&b);
    mark(1);
    rdl_rwmutex_lock(&a);
    rdl_rwmutex_unlock(&a);
    rdl_mutex_unlock(&b);
}

int main(void) {
    rdl_waitgroup over = {0};
    rdl_go(one, NULL);
    await(0);
    rdl_rwmutex_runlock(&a);
    rdl_waitgroup_go(&over, one, &a);
    await_times(0, 2);
    rdl_waitgroup_go(&over, other, NULL);
    await_parked("sync.Mutex.Lock");
    await_parked("sync.RWMutex.Lock");
    rdl_sleep(100 * RDL_MILLISECOND); /* long enough to be looked at */
    rdl_rwmutex_runlock(&a);
    rdl_waitgroup_wait(&over);
}
