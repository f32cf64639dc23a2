/* Time: sleep, timers and tickers by the rules of Go 1.23 [SEMANTICS 6]. Nothing here expects a
 * wait to be short; what must not happen is looked for after a wait that is long enough. */
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "test_runtime.h"

#define MS RDL_MILLISECOND

static bool try_value(rdl_chan *ch, rdl_time *value) {
    bool ok;
    return rdl_try_recv(ch, value, &ok) && ok;
}

/* -- sleep -- */

Test(time, TM_01_sleep_lasts_at_least_its_time) {
    rdl_time start = rdl_now();
    rdl_sleep(3 * MS);
    cr_assert_geq(rdl_now() - start, 3 * MS);
}

static void count_up(void *n) {
    atomic_fetch_add((_Atomic int *)n, 1);
}

/* The monitor may lend main's worker to another thread at any time, and the task run there; a yield
 * would run it every time. */
Test(time, TM_01_sleep_of_nothing_is_not_even_a_yield) {
    bool stayed = false;
    rdl_maxprocs(1);
    for (int round = 0; round < 100 && !stayed; round++) {
        _Atomic int ran = 0;
        rdl_go(count_up, &ran);
        rdl_sleep(0);
        rdl_sleep(-1);
        rdl_sleep(INT64_MIN);
        stayed = ran == 0;
        while (ran == 0) {
            rdl_yield();
        }
    }
    cr_assert(stayed);
}

static void sleep_for_ever(void *woken) {
    rdl_sleep(INT64_MAX);
    atomic_store((_Atomic int *)woken, 1);
}

static void sleep_nearly_for_ever(void *woken) {
    rdl_sleep(INT64_MAX - 1000);
    atomic_store((_Atomic int *)woken, 1);
}

Test(time, TM_02_overflow_is_never_and_the_most_negative_is_now) {
    static _Atomic int woken;
    rdl_go(sleep_for_ever, &woken);
    rdl_go(sleep_nearly_for_ever, &woken);
    rdl_chan *never = rdl_after(INT64_MAX);
    rdl_chan *now = rdl_after(INT64_MIN);
    cr_assert(rdl_recv(now, NULL));
    rdl_sleep(5 * MS);
    cr_assert_not(rdl_try_recv(never, NULL, NULL));
    cr_assert_eq(woken, 0);
    rdl_chan_free(never);
    rdl_chan_free(now);
}

/* -- one-shot timers -- */

Test(time, TM_03_TM_07_the_value_is_when_it_was_due) {
    rdl_time before = rdl_now(), value;
    rdl_chan *ch = rdl_after(2 * MS);
    rdl_time after = rdl_now();
    rdl_sleep(20 * MS);
    cr_assert(rdl_recv(ch, &value));
    cr_assert(value >= before + 2 * MS && value <= after + 2 * MS);
    rdl_chan_free(ch);
}

Test(time, TM_03_nothing_to_wait_for_still_goes_through_the_channel) {
    rdl_time start = rdl_now(), value = 0;
    rdl_timer *t = rdl_timer_new(-5);
    cr_assert(rdl_recv(rdl_timer_chan(t), &value));
    cr_assert_geq(value, start);
    rdl_timer_free(t);
}

Test(time, TM_03_a_parked_receiver_gets_the_value) {
    rdl_time before = rdl_now(), value;
    rdl_timer *t = rdl_timer_new(3 * MS);
    cr_assert(rdl_recv(rdl_timer_chan(t), &value));
    cr_assert_geq(value, before + 3 * MS);
    cr_assert_geq(rdl_now(), value);
    rdl_timer_free(t);
}

Test(time, TM_08_a_due_timer_is_receivable_at_once) {
    for (int i = 0; i < 200; i++) {
        rdl_timer *t = rdl_timer_new(20 * RDL_MICROSECOND);
        rdl_time due = rdl_now() + 20 * RDL_MICROSECOND, value;
        while (rdl_now() < due) {
        }
        cr_assert(try_value(rdl_timer_chan(t), &value));
        rdl_timer_free(t);
    }
}

static void blocking_reader(void *ch) {
    (void)rdl_recv(ch, NULL);
}

Test(time, TM_08_select_sees_a_due_timer_too) {
    rdl_timer *t = rdl_timer_new(50 * RDL_MICROSECOND);
    rdl_time due = rdl_now() + 50 * RDL_MICROSECOND;
    while (rdl_now() < due) {
    }
    rdl_case cases[] = {RDL_CASE_RECV(rdl_timer_chan(t), NULL), RDL_CASE_DEFAULT};
    cr_assert_eq(rdl_select(cases, 2), 0);
    rdl_timer_free(t);
}

Test(time, TM_06_a_pending_value_blocks_nobody) {
    rdl_ticker *t = rdl_ticker_new(100 * RDL_MICROSECOND);
    rdl_time first, value;
    rdl_sleep(5 * MS);
    cr_assert(try_value(rdl_ticker_chan(t), &first));
    rdl_sleep(5 * MS);
    cr_assert(rdl_recv(rdl_ticker_chan(t), &value));
    cr_assert_gt(value, first);
    rdl_ticker_free(t);
}

struct later {
    rdl_timer *t;
    rdl_waitgroup *wg;
    rdl_time soonest, latest; /* its deadline lies between */
    rdl_time due;             /* when it was served */
};

static void note_when_due(void *arg) {
    struct later *l = arg;
    (void)rdl_recv(rdl_timer_chan(l->t), &l->due);
    rdl_waitgroup_done(l->wg);
}

/* All wait before any is set: so each is served from the heap. How late main sets one, or a worker
 * looks, changes deadlines, not that they are served in order. */
static void expect_deadline_order(rdl_duration unit, rdl_duration look_away) {
    static const int order[] = {6, 2, 9, 0, 4, 1, 8, 3, 7, 5};
    rdl_waitgroup wg = {0};
    struct later later[10];
    rdl_waitgroup_add(&wg, 10);
    for (int i = 0; i < 10; i++) {
        later[i] = (struct later){.t = rdl_timer_new(RDL_HOUR), .wg = &wg};
        rdl_go(note_when_due, &later[i]);
    }
    let_others_park();
    for (int i = 0; i < 10; i++) {
        rdl_duration d = (order[i] + 1) * unit;
        later[i].soonest = rdl_now() + d;
        (void)rdl_timer_reset(later[i].t, d);
        later[i].latest = rdl_now() + d;
    }
    for (rdl_time end = rdl_now() + look_away; look_away != 0 && rdl_now() < end;) {
    }
    rdl_waitgroup_wait(&wg);
    for (int i = 0; i < 10; i++) {
        for (int k = 0; k < 10; k++) {
            if (later[i].latest <= later[k].soonest) {
                cr_assert_leq(later[i].due, later[k].due);
            }
        }
        cr_assert_geq(later[i].due, later[i].soonest);
    }
    for (int i = 0; i < 10; i++) {
        rdl_timer_free(later[i].t);
    }
}

Test(time, TM_05_deadline_order_TestAfterQueuing) {
    rdl_maxprocs(1);
    expect_deadline_order(3 * MS, 0);
}

Test(time, TM_05_deadline_order_when_noticed_late) {
    rdl_maxprocs(1);
    expect_deadline_order(100 * RDL_MICROSECOND, 5 * MS);
}

/* -- the table of stop and reset -- */

Test(time, TM_10_table_pending) {
    rdl_timer *t = rdl_timer_new(RDL_HOUR);
    cr_assert(rdl_timer_reset(t, RDL_HOUR));
    cr_assert(rdl_timer_stop(t));
    cr_assert_not(rdl_timer_stop(t));
    cr_assert_not(rdl_timer_reset(t, RDL_HOUR));
    rdl_timer_free(t);
}

Test(time, TM_10_table_fired_not_received) {
    for (int noticed = 0; noticed < 2; noticed++) {
        rdl_timer *t = rdl_timer_new(MS);
        rdl_chan *ch = rdl_timer_chan(t);
        rdl_sleep(3 * MS);
        if (noticed) {
            rdl_case cases[] = {RDL_CASE_RECV(NULL, NULL), RDL_CASE_DEFAULT};
            (void)rdl_select(cases, 2);
        }
        cr_assert(rdl_timer_stop(t), "a value nobody has received is taken back");
        cr_assert_not(rdl_try_recv(ch, NULL, NULL));
        cr_assert_not(rdl_timer_stop(t));
        rdl_timer_free(t);
    }
}

Test(time, TM_10_TM_12_reset_discards_what_fired) {
    rdl_time value;
    rdl_timer *t = rdl_timer_new(MS);
    rdl_sleep(3 * MS);
    rdl_time before = rdl_now();
    cr_assert(rdl_timer_reset(t, 5 * MS));
    cr_assert(rdl_recv(rdl_timer_chan(t), &value));
    cr_assert_geq(value, before + 5 * MS);
    cr_assert_not(rdl_timer_reset(t, RDL_HOUR), "received: nothing was pending");
    cr_assert(rdl_timer_stop(t));
    rdl_timer_free(t);
}

Test(time, TM_10_table_fired_and_received) {
    rdl_timer *t = rdl_timer_new(0);
    cr_assert(rdl_recv(rdl_timer_chan(t), NULL));
    cr_assert_not(rdl_timer_stop(t));
    cr_assert_not(rdl_timer_reset(t, 0));
    cr_assert(rdl_recv(rdl_timer_chan(t), NULL));
    rdl_timer_free(t);
}

Test(time, TM_10_the_old_idiom_of_draining_still_works) {
    for (int i = 0; i < 100; i++) {
        rdl_timer *t = rdl_timer_new(i * RDL_MICROSECOND);
        rdl_yield();
        if (!rdl_timer_stop(t)) {
            (void)rdl_recv(rdl_timer_chan(t), NULL);
        }
        cr_assert_not(rdl_try_recv(rdl_timer_chan(t), NULL, NULL));
        rdl_timer_free(t);
    }
}

Test(time, TM_09_stop_does_not_close_the_channel) {
    bool ok = true;
    rdl_timer *t = rdl_timer_new(RDL_HOUR);
    (void)rdl_timer_stop(t);
    cr_assert_not(rdl_try_recv(rdl_timer_chan(t), NULL, &ok));
    (void)rdl_timer_reset(t, 0);
    cr_assert(rdl_try_recv(rdl_timer_chan(t), NULL, &ok) && ok);
    rdl_timer_free(t);
}

Test(time, TM_11_len_and_cap_are_nothing_always) {
    rdl_timer *t = rdl_timer_new(0);
    rdl_chan *ch = rdl_timer_chan(t);
    rdl_sleep(MS);
    rdl_case cases[] = {RDL_CASE_RECV(NULL, NULL), RDL_CASE_DEFAULT};
    (void)rdl_select(cases, 2);
    cr_assert_eq(rdl_chan_len(ch), 0);
    cr_assert_eq(rdl_chan_cap(ch), 0);
    cr_assert(rdl_recv(ch, NULL));
    rdl_timer_free(t);
}

/* Somebody waits while it is set anew, earlier and later. */
Test(time, TM_12_reset_moves_a_timer_that_is_waited_for) {
    rdl_time value;
    for (int i = 0; i < 20; i++) {
        rdl_timer *t = rdl_timer_new(RDL_HOUR);
        rdl_chan *ch = rdl_timer_chan(t);
        rdl_waitgroup wg = {0};
        rdl_waitgroup_go(&wg, blocking_reader, ch);
        let_others_park();
        cr_assert(rdl_timer_reset(t, i % 2 ? -1 : MS));
        rdl_waitgroup_wait(&wg);
        cr_assert_not(try_value(ch, &value));
        rdl_timer_free(t);
    }
}

Test(time, TM_12_a_stopped_timer_with_a_waiter_starts_again) {
    rdl_timer *t = rdl_timer_new(2 * MS);
    rdl_waitgroup wg = {0};
    rdl_waitgroup_go(&wg, blocking_reader, rdl_timer_chan(t));
    rdl_yield();
    if (rdl_timer_stop(t)) {
        rdl_sleep(5 * MS);
        cr_assert_not(rdl_timer_reset(t, MS));
    }
    rdl_waitgroup_wait(&wg);
    rdl_timer_free(t);
}

/* -- after_func -- */

Test(time, TM_04_after_func_runs_in_its_own_task_once) {
    static _Atomic int n;
    rdl_timer *t = rdl_after_func(MS, count_up, (void *)&n);
    cr_assert_null(rdl_timer_chan(t));
    while (n == 0) {
        rdl_yield();
    }
    rdl_sleep(3 * MS);
    cr_assert_eq(n, 1);
    cr_assert_not(rdl_timer_stop(t));
    rdl_timer_free(t);
}

static void note_task(void *id) {
    atomic_store((_Atomic uint64_t *)id, rdl_task_id());
}

Test(time, TM_04_never_inside_the_call) {
    for (int i = -1; i < 3; i++) {
        _Atomic uint64_t id = 0;
        rdl_timer *t = rdl_after_func(i * RDL_MICROSECOND, note_task, &id);
        while (id == 0) {
            rdl_yield();
        }
        cr_assert_neq(id, rdl_task_id());
        rdl_timer_free(t);
    }
}

static rdl_chan *gate;

static void wait_at_gate(void *n) {
    count_up(n);
    (void)rdl_recv(gate, NULL);
    count_up(n);
}

Test(time, TM_04_TM_09_TM_12_f_may_block_and_nobody_waits_for_it) {
    static _Atomic int n;
    gate = rdl_chan_make(0, 0);
    rdl_timer *t = rdl_after_func(0, wait_at_gate, (void *)&n);
    while (n < 1) {
        rdl_yield();
    }
    cr_assert_not(rdl_timer_stop(t), "started");
    cr_assert_not(rdl_timer_reset(t, 0), "started: this runs it a second time, beside the first");
    while (n < 2) {
        rdl_yield();
    }
    rdl_timer_free(t);
    rdl_close(gate);
    while (n < 4) {
        rdl_yield();
    }
}

Test(time, TM_10_table_after_func) {
    static _Atomic int n;
    rdl_timer *t = rdl_after_func(RDL_HOUR, count_up, (void *)&n);
    cr_assert(rdl_timer_reset(t, RDL_HOUR));
    cr_assert(rdl_timer_stop(t));
    cr_assert_not(rdl_timer_stop(t));
    cr_assert_not(rdl_timer_reset(t, 0));
    while (n == 0) {
        rdl_yield();
    }
    cr_assert_not(rdl_timer_stop(t));
    rdl_timer_free(t);
}

static rdl_timer *own;

static void free_own(void *done) {
    (void)rdl_timer_stop(own);
    rdl_timer_free(own);
    rdl_close(done);
}

Test(time, TM_19_a_timer_may_be_freed_inside_its_own_function) {
    for (int i = 0; i < 200; i++) {
        rdl_chan *done = rdl_chan_make(0, 0);
        own = rdl_after_func(RDL_HOUR, free_own, done);
        (void)rdl_timer_reset(own, 0);
        (void)rdl_recv(done, NULL);
        rdl_chan_free(done);
    }
}

Test(time, TM_19_free_stops_what_is_pending) {
    static _Atomic int n;
    rdl_time due = rdl_now() + 4 * MS;
    rdl_timer_free(rdl_after_func(4 * MS, count_up, (void *)&n));
    bool in_time = rdl_now() < due;
    rdl_timer_free(rdl_timer_new(RDL_HOUR));
    rdl_timer_free(NULL);
    rdl_ticker_free(NULL);
    rdl_chan_free(rdl_after(RDL_HOUR));
    rdl_sleep(8 * MS);
    cr_assert(n == 0 || !in_time);
}

/* -- concurrency -- */

enum { RIVALS = 4, ROUNDS = 300 };
struct contest {
    rdl_timer *t;
    rdl_chan *start;
    _Atomic int stopped, received;
};

static void stop_it(void *arg) {
    struct contest *c = arg;
    (void)rdl_recv(c->start, NULL);
    if (rdl_timer_stop(c->t)) {
        atomic_fetch_add(&c->stopped, 1);
    }
}

static void try_it(void *arg) {
    struct contest *c = arg;
    rdl_time value;
    (void)rdl_recv(c->start, NULL);
    if (try_value(rdl_timer_chan(c->t), &value)) {
        atomic_fetch_add(&c->received, 1);
    }
}

Test(time, TM_14_stop_and_receive_share_one_expiry) {
    for (int i = 0; i < ROUNDS; i++) {
        struct contest c = {rdl_timer_new(i % 3 * 10 * RDL_MICROSECOND), rdl_chan_make(0, 0), 0, 0};
        rdl_waitgroup wg = {0};
        for (int g = 0; g < RIVALS; g++) {
            rdl_waitgroup_go(&wg, stop_it, &c);
            rdl_waitgroup_go(&wg, try_it, &c);
        }
        rdl_close(c.start);
        rdl_waitgroup_wait(&wg);
        cr_assert_leq(c.stopped + c.received, 1);
        int left = rdl_timer_stop(c.t);
        cr_assert_eq(c.stopped + c.received + left, 1);
        rdl_timer_free(c.t);
        rdl_chan_free(c.start);
    }
}

static void reset_often(void *arg) {
    struct contest *c = arg;
    for (int i = 0; i < ROUNDS; i++) {
        (void)rdl_timer_reset(c->t, i % 2 * 5 * RDL_MICROSECOND);
        (void)rdl_timer_stop(c->t);
    }
}

static void select_often(void *arg) {
    struct contest *c = arg;
    for (int i = 0; i < ROUNDS; i++) {
        rdl_case cases[] = {RDL_CASE_RECV(rdl_timer_chan(c->t), NULL),
                            RDL_CASE_TIMEOUT(10 * RDL_MICROSECOND)};
        (void)rdl_select(cases, 2);
    }
}

Test(time, TM_14_everything_at_once) {
    struct contest c = {.t = rdl_timer_new(0)};
    rdl_waitgroup wg = {0};
    for (int g = 0; g < RIVALS; g++) {
        rdl_waitgroup_go(&wg, reset_often, &c);
        rdl_waitgroup_go(&wg, select_often, &c);
    }
    rdl_waitgroup_wait(&wg);
    (void)rdl_timer_stop(c.t);
    cr_assert_not(rdl_try_recv(rdl_timer_chan(c.t), NULL, NULL));
    cr_assert(!rdl_timer_reset(c.t, 0) && rdl_recv(rdl_timer_chan(c.t), NULL));
    rdl_timer_free(c.t);
}

static void reset_func_often(void *t) {
    for (int i = 0; i < ROUNDS; i++) {
        (void)rdl_timer_reset(t, i % 3 * RDL_MICROSECOND);
        if (i % 5 == 0) {
            (void)rdl_timer_stop(t);
        }
    }
}

Test(time, TM_14_after_func_reset_by_many) {
    static _Atomic int n;
    rdl_timer *t = rdl_after_func(RDL_HOUR, count_up, (void *)&n);
    rdl_waitgroup wg = {0};
    for (int g = 0; g < RIVALS; g++) {
        rdl_waitgroup_go(&wg, reset_func_often, t);
    }
    rdl_waitgroup_wait(&wg);
    (void)rdl_timer_stop(t);
    int before = n;
    (void)rdl_timer_reset(t, 0);
    while (n == before) {
        rdl_yield();
    }
    rdl_timer_free(t);
}

/* -- stress -- */

Test(time, TM_15_TestZeroTimer, .timeout = 60) {
    rdl_time start = rdl_now();
    for (int i = 0; i < 1000000; i++) {
        rdl_timer *t = rdl_timer_new(0);
        (void)rdl_recv(rdl_timer_chan(t), NULL);
        rdl_timer_free(t);
    }
    cr_assert_lt(rdl_now() - start, 20 * RDL_SECOND, "2 s on an idle machine");
}

Test(time, TM_15_TestTimerModifiedEarlier) {
    rdl_timer *timers[1000];
    for (int i = 0; i < 1000; i++) {
        timers[i] = rdl_timer_new(RDL_HOUR);
    }
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 1000; i++) {
            (void)rdl_timer_stop(timers[i]);
            (void)rdl_timer_reset(timers[i], -RDL_SECOND);
            cr_assert(rdl_recv(rdl_timer_chan(timers[i]), NULL));
        }
    }
    for (int i = 0; i < 1000; i++) {
        rdl_timer_free(timers[i]);
    }
}

static _Atomic int adjusted;

static void wait_and_count(void *ch) {
    (void)rdl_recv(ch, NULL);
    atomic_fetch_add(&adjusted, 1);
}

Test(time, TM_15_TestAdjustTimers) {
    enum { N = 1000 };
    static rdl_timer *timers[N];
    rdl_waitgroup wg = {0};
    for (int i = 0; i < N; i++) {
        timers[i] = rdl_timer_new(RDL_HOUR);
        rdl_waitgroup_go(&wg, wait_and_count, rdl_timer_chan(timers[i]));
    }
    for (int step = 0; step < 8; step++) {
        for (int i = 0; i < N; i++) {
            (void)rdl_timer_reset(timers[i], (i * 7 + step) % 50 * MS + RDL_MINUTE);
        }
        rdl_yield();
    }
    for (int i = 0; i < N; i++) {
        (void)rdl_timer_reset(timers[i], i % 20 * MS);
    }
    rdl_waitgroup_wait(&wg);
    cr_assert_eq(adjusted, N);
    for (int i = 0; i < N; i++) {
        rdl_timer_free(timers[i]);
    }
}
