/* Rule    deadlock.gate_of_who_rests  [D8]
 * Expect  deadlock
 * Why     nobody opens the gate of who has gone to rest.
 * Twin    gate_of_who_rests_free.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

/* Long enough to be looked at. */
static void rest(void) {
    rdl_sleep(60 * RDL_MILLISECOND);
}

rdl_mutex gate;

static void keeper(void *unused) {
    rdl_task_daemon();
    rdl_mutex_lock(&gate);
    mark(0);
    rdl_recv(NULL, NULL);
}

static void opens(void *unused) {
    await_parked("sync.Mutex.Lock");
    rest();
    mark(1);
}

int main(void) {
    rdl_go(keeper, NULL);
    await(0);
    rdl_go(opens, NULL);
    rdl_mutex_lock(&gate);
    return 0;
}
