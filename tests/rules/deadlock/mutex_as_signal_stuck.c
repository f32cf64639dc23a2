/* Rule    deadlock.mutex_as_signal  [D8]
 * Expect  deadlock
 * Why     who waits for its own lock is let go by another task, which does not come.
 * Twin    mutex_as_signal_free.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

/* Long enough to be looked at. */
static void rest(void) {
    rdl_sleep(60 * RDL_MILLISECOND);
}

rdl_mutex m;

static void unlock(void *unused) {
    await_parked("sync.Mutex.Lock");
    rest();
    mark(0);
}

int main(void) {
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
    rdl_mutex_lock(&m);
    rdl_go(unlock, NULL);
    rdl_mutex_lock(&m);
    return 0;
}
