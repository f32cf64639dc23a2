/* Rule    deadlock.mutex_of_ended_goroutine  [D8]
 * Expect  deadlock m
 * Says    waits for mutex `m`, whose holder, goroutine 2, has ended
 * Why     the goroutine that took the mutex has ended, and nobody else is there.
 * Twin    mutex_of_ended_goroutine_free.c
 */
#include "raddle.h"

rdl_mutex m;
rdl_waitgroup wg;

static void taker(void *unused) {
    rdl_mutex_lock(&m);
}

int main(void) {
    rdl_waitgroup_go(&wg, taker, NULL);
    rdl_waitgroup_wait(&wg);
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
}
