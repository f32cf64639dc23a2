/* Rule    deadlock.share_handed_on  [D8]
 * Expect  none
 * Why     a reader's share is let go by another task [RW-06].
 * Twin    share_handed_on_stuck.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

/* Long enough to be looked at. */
static void rest(void) {
    rdl_sleep(60 * RDL_MILLISECOND);
}

rdl_rwmutex m;

static void completion(void *unused) {
    await_parked("sync.RWMutex.Lock");
    rest();
    rdl_rwmutex_runlock(&m);
}

int main(void) {
    rdl_rwmutex_rlock(&m);
    rdl_go(completion, NULL);
    rdl_rwmutex_lock(&m);
    return 0;
}
