/* Rule    cond.wait-unlocks  [HB-CV-01]
 * Expect  race x
 * Why     A does not lock before it writes.
 * Twin    wait_unlocks_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

int x;
rdl_mutex m;
rdl_cond c = RDL_COND_INIT(&m);

static void a(void *unused) {
    await_parked("sync.Cond.Wait");
    x = 1;
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
    rdl_cond_signal(&c);
}

int main(void) {
    rdl_go(a, NULL);
    rdl_mutex_lock(&m);
    x = 2;
    rdl_cond_wait(&c);
    return 0;
}
