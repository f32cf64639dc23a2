/* Rule    deadlock.goroutine_holds_for_nothing  [D8]
 * Expect  none
 * Why     it has let the lock go before; to wait for nothing is no deadlock while others run.
 * Twin    goroutine_holds_for_nothing_stuck.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_mutex m;

static void rests(void *unused) {
    rdl_task_daemon();
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
    mark(0);
    rdl_recv(NULL, NULL);
}

static void task(void *unused) {
    await(0);
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
    mark(1);
}

int main(void) {
    rdl_go(rests, NULL);
    rdl_go(task, NULL);
    await_over_or_parked(1, 1, "sync.Mutex.Lock");
    await_parked("nil chan");
    return 0;
}
