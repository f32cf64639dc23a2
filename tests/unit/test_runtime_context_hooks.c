/* What contexts start, and what ends them: functions, signals; and the deadlock report [CX-15]. */
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "context.h"

/* -- functions -- */

Test(context, CX_15_after_func_runs_once_done) {
    static _Atomic int n;
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_ctx *value = rdl_ctx_with_value(ctx, "key", NULL);
    rdl_ctx_hook first = rdl_ctx_after_func(ctx, count_up, (void *)&n);
    rdl_ctx_hook second = rdl_ctx_after_func(value, count_up, (void *)&n);
    cr_assert_neq(first, second);
    rdl_yield();
    cr_assert_eq(n, 0);
    rdl_ctx_cancel(ctx);
    await_count(&n, 2);
    cr_assert_not(rdl_ctx_after_stop(ctx, first));
    cr_assert_not(rdl_ctx_after_stop(value, second));
    rdl_ctx_after_func(value, count_up, (void *)&n);
    await_count(&n, 3);
    rdl_ctx_free(value);
    rdl_ctx_free(ctx);
}

Test(context, CX_15_stop_prevents_it_once) {
    static _Atomic int n;
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_ctx *other = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_ctx_hook hooks[10];
    for (int i = 0; i < 10; i++) {
        hooks[i] = rdl_ctx_after_func(ctx, count_up, (void *)&n);
    }
    cr_assert_not(rdl_ctx_after_stop(other, hooks[1]));
    for (int i = 1; i < 10; i += 2) {
        cr_assert(rdl_ctx_after_stop(ctx, hooks[i]));
        cr_assert_not(rdl_ctx_after_stop(ctx, hooks[i]));
    }
    rdl_ctx_hook again = rdl_ctx_after_func(ctx, count_up, (void *)&n);
    for (int i = 1; i < 10; i += 2) {
        cr_assert_not(rdl_ctx_after_stop(ctx, hooks[i]), "the memory of a hook is used again");
    }
    cr_assert(rdl_ctx_after_stop(ctx, again));
    cr_assert_not(rdl_ctx_after_stop(ctx, 0));
    cr_assert_not(rdl_ctx_after_stop(ctx, UINT64_MAX));
    rdl_ctx_free(ctx);
    await_count(&n, 5);
    let_others_park();
    cr_assert_eq(n, 5);
    rdl_ctx_free(other);
}

Test(context, CX_15_on_a_context_that_is_never_done) {
    static _Atomic int n;
    rdl_ctx *ctx = rdl_ctx_without_cancel(rdl_ctx_background());
    rdl_ctx_hook hook = rdl_ctx_after_func(ctx, count_up, (void *)&n);
    cr_assert(rdl_ctx_after_stop(ctx, hook));
    cr_assert_not(rdl_ctx_after_stop(ctx, hook));
    cr_assert_eq(n, 0);
    rdl_ctx_free(ctx);
}

static rdl_chan *gate;

static void wait_at_gate(void *n) {
    count_up(n);
    (void)rdl_recv(gate, NULL);
    count_up(n);
}

Test(context, CX_15_stop_does_not_wait_for_it) {
    static _Atomic int n;
    gate = rdl_chan_make(0, 0);
    rdl_ctx *ctx = rdl_ctx_with_timeout(rdl_ctx_background(), 0);
    rdl_ctx_hook hook = rdl_ctx_after_func(ctx, wait_at_gate, (void *)&n);
    await_count(&n, 1);
    cr_assert_not(rdl_ctx_after_stop(ctx, hook));
    rdl_ctx_free(ctx);
    rdl_close(gate);
    await_count(&n, 2);
}

struct contest {
    rdl_ctx *ctx;
    rdl_ctx_hook hook;
    rdl_chan *start;
    _Atomic int stopped, ran;
};

static void stop_hook(void *arg) {
    struct contest *c = arg;
    (void)rdl_recv(c->start, NULL);
    if (rdl_ctx_after_stop(c->ctx, c->hook)) {
        atomic_fetch_add(&c->stopped, 1);
    }
}

static void cancel_contest(void *arg) {
    struct contest *c = arg;
    (void)rdl_recv(c->start, NULL);
    rdl_ctx_cancel(c->ctx);
}

Test(context, CX_15_CX_17_it_runs_or_one_stop_says_true) {
    for (int round = 0; round < 300; round++) {
        struct contest c = {.ctx = rdl_ctx_with_cancel(rdl_ctx_background())};
        c.start = rdl_chan_make(0, 0);
        c.hook = rdl_ctx_after_func(c.ctx, count_up, &c.ran);
        rdl_waitgroup wg = {0};
        rdl_waitgroup_go(&wg, stop_hook, &c);
        rdl_waitgroup_go(&wg, cancel_contest, &c);
        rdl_waitgroup_go(&wg, stop_hook, &c);
        rdl_close(c.start);
        rdl_waitgroup_wait(&wg);
        cr_assert_leq(c.stopped, 1);
        await_count(&c.ran, 1 - c.stopped);
        rdl_ctx_free(c.ctx);
        rdl_chan_free(c.start);
    }
}

/* -- signals -- */

Test(context, SG_04_a_signal_cancels_with_its_name) {
    static const struct {
        int signo;
        const char *cause;
    } cases[] = {{SIGUSR1, "user defined signal 1 signal received"},
                 {SIGINT, "interrupt signal received"},
                 {SIGTERM, "terminated signal received"},
                 {SIGWINCH, "signal 28 signal received"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        signal(cases[i].signo, SIG_IGN); /* for one that comes too late for the context */
        rdl_ctx *ctx = rdl_ctx_with_signal(rdl_ctx_background(), cases[i].signo);
        rdl_ctx *below = rdl_ctx_with_cancel(ctx);
        cr_is_live(ctx);
        kill(getpid(), cases[i].signo);
        (void)rdl_recv(rdl_ctx_done(below), NULL);
        cr_is_done(ctx, RDL_CANCELED, cases[i].cause);
        cr_is_done(below, RDL_CANCELED, cases[i].cause);
        kill(getpid(), cases[i].signo);
        rdl_ctx_free(below);
        rdl_ctx_free(ctx);
    }
}

static void freed_then_interrupted(void) {
    rdl_ctx *ctx = rdl_ctx_with_signal(rdl_ctx_background(), SIGINT);
    rdl_ctx_ref(ctx);
    rdl_ctx_free(ctx);
    kill(getpid(), SIGINT);
    rdl_sleep(RDL_SECOND);
}

static void cancelled_then_interrupted(void) {
    rdl_ctx *ctx = rdl_ctx_with_signal(rdl_ctx_background(), SIGINT);
    rdl_ctx_cancel(ctx);
    kill(getpid(), SIGINT);
    rdl_sleep(RDL_SECOND);
}

static void watching_for_nothing(void) {
    rdl_ctx *ctx = rdl_ctx_with_signal(rdl_ctx_background(), SIGINT);
    rdl_ctx_cancel(ctx);
    (void)rdl_recv(rdl_chan_make(0, 0), NULL);
}

Test(context, SG_04_stopping_gives_the_signal_back) {
    static struct child c;
    run_child(freed_then_interrupted, &c);
    cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == SIGINT, "%s", c.text);
    run_child(cancelled_then_interrupted, &c);
    cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == SIGINT, "%s", c.text);
    run_child(watching_for_nothing, &c);
    cr_assert(exited_with(&c, 2), "%s", c.text);
}

static void raise_some(void *unused) {
    (void)unused;
    for (int i = 0; i < 200; i++) {
        kill(getpid(), SIGUSR2);
        rdl_yield();
    }
}

Test(context, SG_04_a_signal_beside_the_end_of_its_context) {
    signal(SIGUSR2, SIG_IGN);
    rdl_ctx *keep = rdl_ctx_with_signal(rdl_ctx_background(), SIGUSR2);
    rdl_waitgroup wg = {0};
    rdl_waitgroup_go(&wg, raise_some, NULL);
    for (int i = 0; i < 200; i++) {
        rdl_ctx_free(rdl_ctx_with_signal(keep, SIGUSR2));
        rdl_yield();
    }
    rdl_waitgroup_wait(&wg);
    rdl_ctx_free(keep);
}

/* -- deadlock -- */

static void wait_for_ever(void) {
    (void)rdl_recv(rdl_chan_make(0, 0), NULL);
}

static void say_and_exit(void *unused) {
    (void)unused;
    _exit(7);
}

static void beside_a_deadline(void) {
    rdl_ctx *ctx = rdl_ctx_with_timeout(rdl_ctx_background(), 50 * MS);
    rdl_ctx_after_func(ctx, say_and_exit, NULL);
    wait_for_ever();
}

static void beside_a_cancelled_deadline(void) {
    rdl_ctx_cancel(rdl_ctx_with_timeout(rdl_ctx_background(), RDL_HOUR));
    rdl_ctx *parent = rdl_ctx_with_cancel(rdl_ctx_background());
    (void)rdl_ctx_with_timeout(parent, RDL_HOUR);
    rdl_ctx_free(parent);
    wait_for_ever();
}

static void on_a_context_nobody_cancels(void) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_ctx_after_func(ctx, say_and_exit, NULL);
    (void)rdl_recv(rdl_ctx_done(ctx), NULL);
}

Test(context, DL_03_what_suppresses_the_report) {
    static const char text[] = "fatal error: all goroutines are asleep - deadlock!\n";
    static struct child c;
    run_child(beside_a_deadline, &c);
    cr_assert(exited_with(&c, 7), "%s", c.text);
    run_child(beside_a_cancelled_deadline, &c);
    cr_assert(exited_with(&c, 2) && begins_with(c.text, text), "%s", c.text);
    run_child(on_a_context_nobody_cancels, &c);
    cr_assert(exited_with(&c, 2) && begins_with(c.text, text), "%s", c.text);
}
