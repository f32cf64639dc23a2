/* Rule    studies.read_write_read  [Tu19]
 * Expect  deadlock
 * Also    lock-order
 * Why     a second share is asked for behind a writer, who waits for the first to be let go.
 * Twin    read_write_read_fixed.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

static rdl_rwmutex l;
static rdl_waitgroup over;

static void write_it(void *unused) {
    rdl_rwmutex_lock(&l);
    rdl_rwmutex_unlock(&l);
    rdl_waitgroup_done(&over);
}

static void size(void) {
    rdl_rwmutex_rlock(&l);
    rdl_rwmutex_runlock(&l);
}

int main(void) {
    rdl_waitgroup_add(&over, 1);
    rdl_rwmutex_rlock(&l);
    rdl_go(write_it, NULL);
    await_parked("sync.RWMutex.Lock");
    size();
    rdl_rwmutex_runlock(&l);
    rdl_waitgroup_wait(&over);
    return 0;
}
