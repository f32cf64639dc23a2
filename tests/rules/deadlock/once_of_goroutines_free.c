/* Rule    deadlock.once_of_goroutines  [D8]
 * Expect  none
 * Why     the goroutine that waits lets go of the lock before.
 * Twin    once_of_goroutines_stuck.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_mutex m;
rdl_once once;

static void routine(void *unused) {
    mark(0);
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
}

static void one(void *unused) {
    rdl_once_do(&once, routine, NULL);
    mark(1);
}

static void other(void *unused) {
    rdl_mutex_lock(&m);
    rdl_go(one, NULL);
    await(0);
    rdl_mutex_unlock(&m);
    rdl_once_do(&once, routine, NULL);
    mark(1);
}

int main(void) {
    rdl_go(other, NULL);
    await_over_or_parked(2, 1, "sync.Mutex.Lock");
    return 0;
}
