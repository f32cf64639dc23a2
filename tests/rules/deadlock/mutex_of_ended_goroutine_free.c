/* Rule    deadlock.mutex_of_ended_goroutine  [D8]
 * Expect  none
 * Why     the goroutine that took the mutex had let it go.
 * Twin    mutex_of_ended_goroutine_stuck.c
 */
#include "raddle.h"

rdl_mutex m;
rdl_waitgroup wg;

static void taker(void *unused) {
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
}

int main(void) {
    rdl_waitgroup_go(&wg, taker, NULL);
    rdl_waitgroup_wait(&wg);
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
}
