/* Groups with limits, one of whose functions may fail: never more at once than allowed, the first
 * failure is the result, and the group's context ends.
 *
 * Rules: EG-01 EG-02 EG-03
 */
#include "stress.h"

#define TASKS 8

struct job {
    rdl_errgroup *group;
    atomic_int *active;
    int result;
};

static int work(void *arg) {
    const struct job *j = arg;
    CHECK(atomic_fetch_add(j->active, 1) < 3);
    rdl_yield();
    atomic_fetch_sub(j->active, 1);
    if (j->result == 0 && rdl_ctx_err(rdl_errgroup_ctx(j->group)) != 0) {
        return 0;
    }
    return j->result;
}

static void group(void *nth) {
    struct dice d = dice_of((uint64_t)(uintptr_t)nth);
    rdl_errgroup *g = rdl_errgroup_new(NULL);
    atomic_int active = 0;
    struct job jobs[20];
    bool fails = roll(&d, 2) == 0;
    rdl_errgroup_set_limit(g, 3);
    for (int i = 0; i < 20; i++) {
        jobs[i] = (struct job){g, &active, fails && i == 7 ? 42 : 0};
        if (roll(&d, 3) != 0 || !rdl_errgroup_try_go(g, work, &jobs[i])) {
            rdl_errgroup_go(g, work, &jobs[i]);
        }
    }
    CHECK(rdl_errgroup_wait(g) == (fails ? 42 : 0));
    CHECK(rdl_ctx_err(rdl_errgroup_ctx(g)) == RDL_CANCELED);
    rdl_errgroup_free(g);
}

static void crowd(void (*fn)(void *), uint64_t nth) {
    rdl_waitgroup wg = {0};
    for (uint64_t i = 0; i < TASKS; i++) {
        rdl_waitgroup_go(&wg, fn, (void *)(uintptr_t)(nth + i));
    }
    rdl_waitgroup_wait(&wg);
}

int main(int argc, char **argv) {
    stress_begin(argc, argv);
    for (int i = 0; i < stress.length; i++) {
        for (int n = 0; n < 10; n++) {
            crowd(group, (uint64_t)i * 1000 + (uint64_t)n * 20);
        }
    }
    return 0;
}
