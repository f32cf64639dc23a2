/* Rule    deadlock.share_handed_on  [D8]
 * Expect  deadlock
 * Why     nobody lets the share go that main has taken.
 * Twin    share_handed_on_free.c
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
    mark(0);
}

int main(void) {
    rdl_rwmutex_rlock(&m);
    rdl_go(completion, NULL);
    rdl_rwmutex_lock(&m);
    return 0;
}
