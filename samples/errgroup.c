/* Several parts of one job, of which each may fail: the first failure cancels the context of the
 * others, and waiting returns it. Part 3 finds a broken record; the parts that wait for more data
 * stop at once instead of waiting for ever.
 *
 *   raddle-cc errgroup.c -o errgroup && run-with-detector ./errgroup
 *
 * Output:
 *   the job failed with 42, 4 parts stopped early
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

enum { PARTS = 5, BROKEN = 3, BROKEN_RECORD = 42 };

struct part {
    int number;
    bool stopped;
    rdl_ctx *ctx;
};

static int work(void *arg) {
    struct part *part = arg;
    if (part->number == BROKEN) {
        return BROKEN_RECORD;
    }
    rdl_recv(rdl_ctx_done(part->ctx), NULL); /* "more data" never comes */
    part->stopped = true;
    return 0;
}

int main(void) {
    rdl_errgroup *group = rdl_errgroup_new(NULL);
    struct part parts[PARTS];
    for (int i = 0; i < PARTS; i++) {
        parts[i] = (struct part){.number = i + 1, .ctx = rdl_errgroup_ctx(group)};
        rdl_errgroup_go(group, work, &parts[i]);
    }
    int result = rdl_errgroup_wait(group);

    int stopped = 0;
    for (int i = 0; i < PARTS; i++) {
        stopped += parts[i].stopped;
    }
    printf("the job failed with %d, %d parts stopped early\n", result, stopped);
    rdl_errgroup_free(group);
    return result == BROKEN_RECORD && stopped == PARTS - 1 ? 0 : 1;
}
