/* Rule    studies.signal_before_wait  [Tu19]
 * Expect  deadlock
 * Why     the signal came when nobody waited, and nothing remembers it.
 * Twin    signal_before_wait_fixed.c
 */
#include "raddle.h"

static rdl_mutex m;
static rdl_cond c = RDL_COND_INIT(&m);
static rdl_waitgroup over;
static bool ready;

static void tell(void *unused) {
    rdl_mutex_lock(&m);
    ready = false;
    rdl_cond_signal(&c);
    rdl_mutex_unlock(&m);
    rdl_waitgroup_done(&over);
}

int main(void) {
    rdl_waitgroup_add(&over, 1);
    rdl_go(tell, NULL);
    rdl_waitgroup_wait(&over);
    rdl_mutex_lock(&m);
    while (!ready) {
        rdl_cond_wait(&c);
    }
    rdl_mutex_unlock(&m);
    return 0;
}
