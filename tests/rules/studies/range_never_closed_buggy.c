/* Rule    studies.range_never_closed  [Tu19]
 * Expect  leak main
 * Why     the workers take jobs until the channel is closed, and nobody closes it.
 * Twin    range_never_closed_fixed.c
 */
#include "raddle.h"

static rdl_chan *jobs;

static void worker(void *unused) {
    int job;
    RDL_RANGE(jobs, job) {
    }
}

int main(void) {
    jobs = RDL_CHAN(int, 0);
    rdl_go(worker, NULL);
    rdl_go(worker, NULL);
    for (int i = 0; i < 4; i++) {
        rdl_send(jobs, &i);
    }
    return 0;
}
