/* Rule    deadlock.goroutine_has_ended  [D8]
 * Expect  none
 * Why     it is let go at the end.
 * Twin    goroutine_has_ended_stuck.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_mutex m;

static void forgetful(void *unused) {
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
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
