/* How a task ends, and what is left of it: SEMANTICS GR-03 and GR-05. */
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <time.h>

#include "test_runtime.h"

struct worker {
    rdl_waitgroup *wg;
    uint64_t *id;
    bool exits;
};

static void end_somehow(void *arg) {
    const struct worker *w = arg;
    *w->id = rdl_task_id();
    RDL_DEFER_DONE(w->wg);
    if (w->exits) {
        rdl_goexit();
    }
}

/* Nothing is given back when a task is made; what tells of its end is what it does itself. */
Test(ends, GR_03_GR_05_a_task_ends_by_return_or_exit_and_leaves_nothing) {
    rdl_waitgroup wg = {0};
    uint64_t ids[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        struct worker w = {&wg, &ids[i], i == 1};
        rdl_waitgroup_add(&wg, 1);
        rdl_go_copy(end_somehow, &w, sizeof(w));
    }
    rdl_waitgroup_wait(&wg);
    for (int i = 0; rdl_num_tasks() != 1 && i < 10000; i++) {
        rdl_yield();
    }
    cr_assert_eq(rdl_num_tasks(), 1);
    cr_assert(ids[0] > 1 && ids[1] > 1 && ids[0] != ids[1]);
}

/* -- the end of the process -- */

static atomic_long turns;

static void count_turns(void *arg) {
    (void)arg;
    for (;;) {
        atomic_fetch_add(&turns, 1);
        rdl_yield();
    }
}

static void tell_whether_they_run(void) {
    struct timespec pause = {.tv_nsec = 20000000};
    long before = atomic_load(&turns);
    nanosleep(&pause, NULL);
    dprintf(STDERR_FILENO, "%s", atomic_load(&turns) == before ? "alone" : "not alone");
}

/* Nobody is inside a turn any more when the handlers begin. A machine so loaded that a thread gets
 * no time for 5 ms can delay one. */
static void exit_among_others(void) {
    atexit(tell_whether_they_run);
    for (int i = 0; i < 4; i++) {
        rdl_go(count_turns, NULL);
    }
    rdl_sleep(2 * RDL_MILLISECOND);
    exit(0);
}

Test(ends, GR_06_handlers_of_exit_are_alone, .timeout = 60) {
    int alone = 0;
    for (int i = 0; i < 20; i++) {
        struct child c;
        run_child(exit_among_others, &c);
        cr_assert(exited_with(&c, 0));
        alone += strcmp(c.text, "alone") == 0;
    }
    cr_assert_geq(alone, 10);
}
