/* Rule    deadlock.goroutine_lock_twice  [D8]
 * Expect  none
 * Why     it lets it go first.
 * Twin    goroutine_lock_twice_stuck.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_mutex m;

static void task(void *unused) {
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
    mark(0);
}

int main(void) {
    rdl_go(task, NULL);
    await_over_or_parked(1, 0, "sync.Mutex.Lock");
    return 0;
}
