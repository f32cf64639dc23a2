/* Rule    deadlock.goroutine_has_ended  [D8]
 * Expect  deadlock
 * Why     who took the lock has ended, and it was always let go by its taker before.
 * Twin    goroutine_has_ended_free.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_mutex m;

static void forgetful(void *unused) {
    rdl_mutex_lock(&m);
    mark(2);
    mark(0);
}

static void task(void *unused) {
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
    mark(1);
}

int main(void) {
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
    rdl_go(forgetful, NULL);
    await(0);
    rdl_go(task, NULL);
    await_over_or_parked(1, 1, "sync.Mutex.Lock");
    return 0;
}
