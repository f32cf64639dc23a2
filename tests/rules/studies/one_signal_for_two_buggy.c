/* Rule    studies.one_signal_for_two  [Tu19]
 * Expect  deadlock
 * Why     a signal wakes one of the two that wait.
 * Twin    one_signal_for_two_fixed.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

static rdl_mutex m;
static rdl_cond c = RDL_COND_INIT(&m);
static rdl_waitgroup over;
static bool ready;

static void wait(void *unused) {
    rdl_mutex_lock(&m);
    while (!ready) {
        rdl_cond_wait(&c);
    }
    rdl_mutex_unlock(&m);
    rdl_waitgroup_done(&over);
}

int main(void) {
    rdl_waitgroup_add(&over, 2);
    rdl_go(wait, NULL);
    rdl_go(wait, NULL);
    while (dump_says("sync.Cond.Wait") < 2) {
        rdl_yield();
    }
    rdl_mutex_lock(&m);
    ready = true;
    rdl_cond_signal(&c);
    rdl_mutex_unlock(&m);
    rdl_waitgroup_wait(&over);
    return 0;
}
