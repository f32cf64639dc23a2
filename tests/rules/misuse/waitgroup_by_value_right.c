/* Rule    misuse.waitgroup_by_value  [WG-06]
 * Expect  none
 * Why     the goroutine gets a pointer to the job.
 * Twin    waitgroup_by_value_wrong.c
 */
#include <raddle.h>

struct job {
    rdl_waitgroup all;
    int *result;
};

static void work(void *arg) {
    struct job *job = arg;
    *job->result = 1;
    rdl_waitgroup_done(&job->all);
}

int result;
struct job job = {.result = &result};

int main(void) {
    rdl_waitgroup_add(&job.all, 1);
    rdl_go(work, &job);
    rdl_waitgroup_wait(&job.all);
    return result - 1;
}
