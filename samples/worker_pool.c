/* A worker pool: three workers share five jobs. Whoever is free takes the next one from the channel
 * of jobs; closing that channel sends everybody home.
 *
 *   raddle-cc worker_pool.c -o worker_pool && run-with-detector ./worker_pool
 *
 * Output:
 *   5 results, sum 30
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

enum { WORKERS = 3, JOBS = 5 };

static rdl_chan *jobs, *results;
static rdl_waitgroup workers;

static void work(void *unused) {
    (void)unused;
    int job;
    RDL_RANGE(jobs, job) { /* until the channel is closed and empty */
        RDL_SEND_VALUE(results, job * 2);
    }
    rdl_waitgroup_done(&workers);
}

int main(void) {
    jobs = RDL_CHAN(int, JOBS);
    results = RDL_CHAN(int, JOBS);
    rdl_waitgroup_add(&workers, WORKERS);
    for (int i = 0; i < WORKERS; i++) {
        rdl_go(work, NULL);
    }

    for (int job = 1; job <= JOBS; job++) {
        rdl_send(jobs, &job);
    }
    rdl_close(jobs);

    int sum = 0;
    for (int i = 0; i < JOBS; i++) {
        sum += RDL_RECV_VALUE(results, int);
    }
    rdl_waitgroup_wait(&workers); /* all results are here, but a worker may still look for a job */
    printf("%d results, sum %d\n", JOBS, sum);
    rdl_chan_free(jobs);
    rdl_chan_free(results);
    return sum == 30 ? 0 : 1;
}
