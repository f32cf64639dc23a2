/* Errgroup: SEMANTICS section 15. */
#include <criterion/criterion.h>

#include "parked.h"
#include "test_runtime.h"

static int succeed(void *unused) {
    (void)unused;
    return 0;
}

static int fail_with(void *result) {
    return *(int *)result;
}

static int wait_for_end(void *ctx) {
    rdl_recv(rdl_ctx_done(ctx), NULL);
    return 77;
}

static int leave_early(void *unused) {
    (void)unused;
    rdl_goexit();
}

Test(errgroup, EG_01_wait_returns_the_first_failure) {
    int minus_five = -5;
    for (int procs = 1; procs <= 4; procs *= 2) {
        rdl_maxprocs(procs);
        rdl_errgroup *g = rdl_errgroup_new(NULL);
        for (int i = 0; i < 20; i++) {
            rdl_errgroup_go(g, succeed, NULL);
        }
        cr_assert_eq(rdl_errgroup_wait(g), 0);
        rdl_errgroup_free(g);
        g = rdl_errgroup_new(NULL);
        for (int i = 0; i < 20; i++) {
            rdl_errgroup_go(g, wait_for_end, rdl_errgroup_ctx(g));
        }
        rdl_errgroup_go(g, fail_with, &minus_five);
        cr_assert_eq(rdl_errgroup_wait(g), -5);
        cr_assert_eq(rdl_errgroup_wait(g), -5);
        rdl_errgroup_free(g);
    }
    rdl_errgroup_free(NULL);
}

Test(errgroup, EG_02_the_first_failure_cancels) {
    int minimum = INT32_MIN;
    rdl_ctx *parent = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_errgroup *g = rdl_errgroup_new(parent);
    rdl_errgroup_go(g, fail_with, &minimum);
    rdl_recv(rdl_ctx_done(rdl_errgroup_ctx(g)), NULL);
    cr_assert_eq(rdl_ctx_err(rdl_errgroup_ctx(g)), RDL_CANCELED);
    cr_assert_str_eq(rdl_ctx_cause(rdl_errgroup_ctx(g)), "-2147483648");
    cr_assert_eq(rdl_ctx_err(parent), 0);
    cr_assert_eq(rdl_errgroup_wait(g), INT32_MIN);
    rdl_errgroup_free(g);
    rdl_ctx_free(parent);
}

Test(errgroup, EG_02_wait_cancels) {
    rdl_errgroup *g = rdl_errgroup_new(NULL);
    rdl_errgroup_go(g, succeed, NULL);
    cr_assert_eq(rdl_errgroup_wait(g), 0);
    cr_assert_eq(rdl_ctx_err(rdl_errgroup_ctx(g)), RDL_CANCELED);
    cr_assert_str_eq(rdl_ctx_cause(rdl_errgroup_ctx(g)), "context canceled");
    rdl_errgroup_free(g);
}

Test(errgroup, EG_02_the_parents_end_is_the_groups) {
    rdl_ctx *parent = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_errgroup *g = rdl_errgroup_new(parent);
    rdl_errgroup_go(g, wait_for_end, rdl_errgroup_ctx(g));
    rdl_ctx_cancel(parent);
    cr_assert_eq(rdl_errgroup_wait(g), 77);
    rdl_errgroup_free(g);
    rdl_ctx_free(parent);
}

/* -- limits -- */

struct gauge {
    rdl_chan *stop;
    int active, most;
};

static int be_active(void *arg) {
    struct gauge *gauge = arg;
    int now = __atomic_add_fetch(&gauge->active, 1, __ATOMIC_SEQ_CST);
    cr_assert_leq(now, gauge->most);
    rdl_yield();
    __atomic_sub_fetch(&gauge->active, 1, __ATOMIC_SEQ_CST);
    return 0;
}

Test(errgroup, EG_03_a_limit_makes_go_wait) {
    for (int procs = 1; procs <= 4; procs *= 2) {
        struct gauge gauge = {.most = 3};
        rdl_maxprocs(procs);
        rdl_errgroup *g = rdl_errgroup_new(NULL);
        rdl_errgroup_set_limit(g, 3);
        for (int i = 0; i < 200; i++) {
            rdl_errgroup_go(g, be_active, &gauge);
        }
        cr_assert_eq(rdl_errgroup_wait(g), 0);
        rdl_errgroup_free(g);
    }
}

static int wait_for_stop(void *arg) {
    struct gauge *gauge = arg;
    rdl_recv(gauge->stop, NULL);
    return 0;
}

static void set_limit(void *g) {
    rdl_errgroup_set_limit(g, 5);
}

Test(errgroup, EG_03_try_go_and_changing_the_limit) {
    struct gauge gauge = {.stop = rdl_chan_make(0, 0)};
    rdl_panic_info info;
    rdl_errgroup *g = rdl_errgroup_new(NULL);
    rdl_errgroup_set_limit(g, 0);
    cr_assert_not(rdl_errgroup_try_go(g, succeed, NULL));
    rdl_errgroup_set_limit(g, 2);
    cr_assert(rdl_errgroup_try_go(g, wait_for_stop, &gauge));
    rdl_errgroup_go(g, wait_for_stop, &gauge);
    cr_assert_not(rdl_errgroup_try_go(g, succeed, NULL));
    cr_assert_not(rdl_try(set_limit, g, &info));
    cr_assert_str_eq(info.message,
                     "errgroup: modify limit while 2 goroutines in the group are still active");
    rdl_close(gauge.stop);
    cr_assert_eq(rdl_errgroup_wait(g), 0);
    rdl_errgroup_set_limit(g, -1);
    for (int i = 0; i < 100; i++) {
        cr_assert(rdl_errgroup_try_go(g, succeed, NULL));
    }
    cr_assert_eq(rdl_errgroup_wait(g), 0);
    rdl_errgroup_free(g);
    rdl_chan_free(gauge.stop);
}

static void go_with_no_places(void) {
    rdl_errgroup *g = rdl_errgroup_new(NULL);
    rdl_errgroup_set_limit(g, 0);
    rdl_errgroup_go(g, succeed, NULL);
}

Test(errgroup, EG_03_no_places_block_for_ever) {
    struct child c;
    run_child(go_with_no_places, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "fatal error: all goroutines are asleep - deadlock!\n\n"));
}

/* -- ends -- */

static int panic_now(void *unused) {
    (void)unused;
    rdl_panic("in the group");
}

static void group_panics(void) {
    rdl_errgroup *g = rdl_errgroup_new(NULL);
    rdl_errgroup_go(g, panic_now, NULL);
    rdl_errgroup_wait(g);
    _exit(0);
}

Test(errgroup, EG_04_a_panic_ends_the_process) {
    struct child c;
    run_child(group_panics, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "panic: in the group\n\ngoroutine "), "%s", c.text);
}

Test(errgroup, EG_04_goexit_is_no_failure) {
    rdl_errgroup *g = rdl_errgroup_new(NULL);
    rdl_errgroup_set_limit(g, 1);
    rdl_errgroup_go(g, leave_early, NULL);
    rdl_errgroup_go(g, succeed, NULL);
    cr_assert_eq(rdl_errgroup_wait(g), 0);
    rdl_errgroup_free(g);
}

static void free_too_early(void) {
    struct gauge gauge = {.stop = rdl_chan_make(0, 0)};
    rdl_errgroup *g = rdl_errgroup_new(NULL);
    rdl_errgroup_go(g, wait_for_stop, &gauge);
    rdl_errgroup_free(g);
}

Test(errgroup, EG_01_free_of_an_active_group_is_fatal) {
    struct child c;
    run_child(free_too_early, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "fatal error: rdl: free of an errgroup whose goroutines are "
                                  "still active\n\ngoroutine 1 ["));
}
