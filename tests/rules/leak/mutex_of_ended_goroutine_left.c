/* Rule    leak.mutex_of_ended_goroutine  [D10, MU-03]
 * Expect  leak
 * Says    waits in sync.Mutex.Lock on mutex `m`, held by goroutine 2, which has ended
 * Why     main could let the mutex go, but nobody did: who took it has ended.
 * Twin    mutex_of_ended_goroutine_gone.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_mutex m;
rdl_waitgroup wg;

static void taker(void *unused) {
    rdl_mutex_lock(&m);
}

static void other(void *unused) {
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
    mark(1);
}

int main(void) {
    rdl_waitgroup_go(&wg, taker, NULL);
    rdl_waitgroup_wait(&wg);
    rdl_go(other, NULL);
    await_over_or_parked(1, 1, "sync.Mutex.Lock");
}
