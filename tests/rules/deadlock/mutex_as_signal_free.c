/* Rule    deadlock.mutex_as_signal  [D8]
 * Expect  none
 * Why     a lock is a signal here: who took it waits until another task lets it go [MU-03], though it has let it go itself before.
 * Twin    mutex_as_signal_stuck.c
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
    rdl_mutex_unlock(&m);
}

int main(void) {
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
    rdl_mutex_lock(&m);
    rdl_go(unlock, NULL);
    rdl_mutex_lock(&m);
    return 0;
}
