/* Rule    deadlock.share_let_go_before  [D8, RW-06]
 * Expect  leak
 * Why     anybody may let it go, as before, but nobody does.
 * Twin    share_let_go_before_free.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_rwmutex a;
rdl_mutex b;

static void one(void *waits) {
    rdl_rwmutex_rlock(&a);
    mark(0);
    for (; waits && rdl_mutex_trylock(&b); rdl_mutex_unlock(&b)) {
    }
    waits ? rdl_mutex_lock(&b) : (void)0;
    mark(1);
}

static void other(void *unused) {
    rdl_mutex_lock(&b);
    rdl_rwmutex_lock(&a);
    rdl_mutex_unlock(&b);
}

int main(void) {
    rdl_go(one, NULL);
    await(1);
    rdl_rwmutex_runlock(&a);
    rdl_go(one, &b);
    await_times(0, 2);
    rdl_go(other, NULL);
    await_parked("sync.Mutex.Lock");
    rdl_sleep(100 * RDL_MILLISECOND); /* long enough to be looked at */
}
