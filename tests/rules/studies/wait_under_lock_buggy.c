/* Rule    studies.wait_under_lock  [Tu19]
 * Expect  deadlock
 * Why     it waits for a task with the lock that the task needs.
 * Twin    wait_under_lock_fixed.c
 */
#include "raddle.h"

static rdl_mutex m;
static rdl_waitgroup over;

static void work(void *unused) {
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
    rdl_waitgroup_done(&over);
}

int main(void) {
    rdl_waitgroup_add(&over, 1);
    rdl_mutex_lock(&m);
    rdl_go(work, NULL);
    rdl_waitgroup_wait(&over);
    rdl_mutex_unlock(&m);
    return 0;
}
