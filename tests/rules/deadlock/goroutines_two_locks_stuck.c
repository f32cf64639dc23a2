/* Rule    deadlock.goroutines_two_locks  [D8]
 * Expect  deadlock
 * Why     two goroutines each hold what the other wants, while main runs.
 * Twin    goroutines_two_locks_free.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_mutex a, b;

static void one(void *unused) {
    rdl_mutex_lock(&a);
    mark(0);
    await_times(0, 2);
    rdl_mutex_lock(&b);
    rdl_mutex_unlock(&b);
    rdl_mutex_unlock(&a);
    mark(1);
}

static void other(void *unused) {
    rdl_mutex_lock(&b);
    mark(0);
    await_times(0, 2);
    if (rdl_mutex_lock(&a), true) {
        rdl_mutex_unlock(&a);
    }
    rdl_mutex_unlock(&b);
    mark(1);
}

int main(void) {
    rdl_go(one, NULL);
    rdl_go(other, NULL);
    await_over_or_parked(2, 1, "sync.Mutex.Lock");
    return 0;
}
