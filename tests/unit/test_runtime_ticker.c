/* Tickers; misuse of what fires; and which of it keeps a deadlock report away [SEMANTICS 6, DL-03]. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "test_runtime.h"

#define MS RDL_MILLISECOND

static bool try_value(rdl_chan *ch, rdl_time *value) {
    bool ok;
    return rdl_try_recv(ch, value, &ok) && ok;
}

static void blocking_reader(void *ch) {
    (void)rdl_recv(ch, NULL);
}

/* -- tickers -- */

Test(time, TM_17_ticks_do_not_drift) {
    enum { PERIOD = 2 * MS };
    rdl_time value, first = 0;
    rdl_time start = rdl_now();
    rdl_ticker *t = rdl_ticker_new(PERIOD);
    rdl_time made = rdl_now();
    for (int i = 0; i < 10; i++) {
        cr_assert(rdl_recv(rdl_ticker_chan(t), &value));
        first = i == 0 ? value : first;
        cr_assert_eq((value - first) % PERIOD, 0);
        cr_assert_geq(rdl_now(), value);
    }
    cr_assert(first >= start + PERIOD && first <= made + PERIOD);
    rdl_ticker_free(t);
}

Test(time, TM_17_missed_ticks_are_one) {
    enum { PERIOD = MS };
    rdl_time first, second;
    rdl_ticker *t = rdl_ticker_new(PERIOD);
    rdl_chan *ch = rdl_ticker_chan(t);
    cr_assert(rdl_recv(ch, &first));
    rdl_sleep(10 * PERIOD);
    rdl_time now = rdl_now();
    cr_assert(try_value(ch, &second));
    cr_assert(second > first && second <= now && (second - first) % PERIOD == 0);
    cr_assert(rdl_recv(ch, &second));
    cr_assert_gt(second, now, "one, not ten");
    cr_assert_eq((second - first) % PERIOD, 0);
    rdl_ticker_free(t);
}

Test(time, TM_18_stop_and_reset_discard_a_tick) {
    rdl_time value;
    rdl_ticker *t = rdl_ticker_new(MS);
    rdl_chan *ch = rdl_ticker_chan(t);
    rdl_sleep(3 * MS);
    rdl_ticker_stop(t);
    cr_assert_not(rdl_try_recv(ch, NULL, NULL));
    rdl_sleep(3 * MS);
    cr_assert_not(rdl_try_recv(ch, NULL, NULL));
    rdl_time before = rdl_now();
    rdl_ticker_reset(t, 2 * MS);
    for (int i = 1; i <= 3; i++) {
        cr_assert(rdl_recv(ch, &value));
        cr_assert_geq(value, before + i * 2 * MS);
    }
    rdl_sleep(3 * MS);
    before = rdl_now();
    rdl_ticker_reset(t, 4 * MS);
    cr_assert(rdl_recv(ch, &value));
    cr_assert_geq(value, before + 4 * MS);
    rdl_ticker_stop(t);
    rdl_ticker_stop(t);
    rdl_ticker_free(t);
}

static void receive_three(void *ch) {
    for (int i = 0; i < 3; i++) {
        (void)rdl_recv(ch, NULL);
    }
}

Test(time, TM_17_many_wait_for_one_ticker) {
    rdl_ticker *t = rdl_ticker_new(300 * RDL_MICROSECOND);
    rdl_waitgroup wg = {0};
    for (int i = 0; i < 5; i++) {
        rdl_waitgroup_go(&wg, receive_three, rdl_ticker_chan(t));
    }
    rdl_waitgroup_wait(&wg);
    rdl_ticker_free(t);
}

/* -- misuse -- */

static void ticker_zero(void *unused) {
    (void)unused;
    (void)rdl_ticker_new(0);
}

static void ticker_reset_zero(void *t) {
    rdl_ticker_reset(t, 0);
}

static void stop_zero(void *unused) {
    static _Alignas(16) unsigned char nothing[256];
    (void)unused;
    (void)rdl_timer_stop((rdl_timer *)nothing);
}

static void reset_zero(void *unused) {
    static _Alignas(16) unsigned char nothing[256];
    (void)unused;
    (void)rdl_timer_reset((rdl_timer *)nothing, 1);
}

static void ticker_reset_nothing(void *unused) {
    static _Alignas(16) unsigned char nothing[256];
    (void)unused;
    rdl_ticker_reset((rdl_ticker *)nothing, 1);
}

static void stop_null(void *unused) {
    (void)unused;
    (void)rdl_timer_stop(NULL);
}

static void send_to_timer(void *t) {
    rdl_send(rdl_ticker_chan(t), &(rdl_time){1});
}

static void close_timer(void *t) {
    rdl_close(rdl_ticker_chan(t));
}

static void free_borrowed(void *t) {
    rdl_chan_free(rdl_ticker_chan(t));
}

Test(time, TX_17_TX_18_TM_13_TM_16_misuse_panics) {
    static const struct {
        void (*call)(void *);
        const char *text;
    } cases[] = {
        {ticker_zero, "non-positive interval for NewTicker"},
        {ticker_reset_zero, "non-positive interval for Ticker.Reset"},
        {stop_zero, "time: Stop called on uninitialized Timer"},
        {reset_zero, "time: Reset called on uninitialized Timer"},
        {ticker_reset_nothing, "time: Reset called on uninitialized Ticker"},
        {stop_null, "rdl: NULL handle"},
        {send_to_timer, "rdl: send on the channel of a timer"},
        {close_timer, "rdl: close of the channel of a timer"},
        {free_borrowed, "rdl: free of a channel that belongs to a timer or a context"},
    };
    rdl_ticker *t = rdl_ticker_new(RDL_HOUR);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        rdl_panic_info info;
        cr_assert_not(rdl_try(cases[i].call, t, &info));
        cr_assert_str_eq(info.message, cases[i].text);
    }
    rdl_ticker_free(t);
}

Test(time, TM_13_stop_of_a_ticker_nobody_made_is_nothing) {
    static _Alignas(16) unsigned char nothing[256];
    rdl_ticker_stop((rdl_ticker *)nothing);
}

/* -- which of them keep the deadlock report away [DL-03] -- */

#define DEADLOCK "fatal error: all goroutines are asleep - deadlock!\n"

static void wait_for_ever(void) {
    rdl_chan *ch = rdl_chan_make(0, 0);
    (void)rdl_recv(ch, NULL);
}

static void say_and_exit(void *unused) {
    (void)unused;
    _exit(7);
}

static void beside_nothing(void) {
    wait_for_ever();
}

static void beside_after_func(void) {
    (void)rdl_after_func(50 * MS, say_and_exit, NULL);
    wait_for_ever();
}

static void beside_stopped_after_func(void) {
    (void)rdl_timer_stop(rdl_after_func(RDL_HOUR, say_and_exit, NULL));
    wait_for_ever();
}

static void beside_unwatched_timers(void) {
    (void)rdl_timer_new(RDL_HOUR);
    (void)rdl_ticker_new(RDL_HOUR);
    (void)rdl_ticker_new(MS);
    (void)rdl_after(RDL_HOUR);
    wait_for_ever();
}

static void beside_a_waiter(void) {
    rdl_go(blocking_reader, rdl_after(50 * MS));
    wait_for_ever();
}

static void on_a_timer(void) {
    (void)rdl_recv(rdl_timer_chan(rdl_timer_new(50 * MS)), NULL);
    _exit(7);
}

static void on_a_ticker_in_select(void) {
    rdl_chan *ch = rdl_chan_make(0, 0);
    rdl_case cases[] = {RDL_CASE_RECV(ch, NULL),
                        RDL_CASE_RECV(rdl_ticker_chan(rdl_ticker_new(50 * MS)), NULL)};
    (void)rdl_select(cases, 2);
    _exit(7);
}

static void on_a_stopped_timer(void) {
    rdl_timer *t = rdl_timer_new(RDL_HOUR);
    (void)rdl_timer_stop(t);
    (void)rdl_recv(rdl_timer_chan(t), NULL);
}

static void stop_later(void *t) {
    rdl_sleep(5 * MS);
    (void)rdl_timer_stop(t);
}

static void on_a_timer_that_is_stopped_later(void) {
    rdl_timer *t = rdl_timer_new(RDL_HOUR);
    rdl_go(stop_later, t);
    (void)rdl_recv(rdl_timer_chan(t), NULL);
}

static void after_a_select_left_the_ticker(void) {
    rdl_ticker *t = rdl_ticker_new(RDL_HOUR);
    rdl_case cases[] = {RDL_CASE_RECV(rdl_ticker_chan(t), NULL), RDL_CASE_TIMEOUT(MS)};
    (void)rdl_select(cases, 2);
    wait_for_ever();
}

static void beside_a_sleeper(void) {
    rdl_go(stop_later, rdl_timer_new(RDL_HOUR));
    wait_for_ever();
}

static void received_twice(void) {
    rdl_chan *ch = rdl_after(MS);
    (void)rdl_recv(ch, NULL);
    (void)rdl_recv(ch, NULL);
}

Test(time, DL_03_TM_20_what_suppresses_the_report, .timeout = 110) {
    static const struct {
        void (*program)(void);
        const char *name;
        bool lives;
    } cases[] = {
        {beside_nothing, "nothing", false},
        {beside_after_func, "a pending after_func", true},
        {beside_stopped_after_func, "a stopped after_func", false},
        {beside_unwatched_timers, "timers nobody waits on", false},
        {beside_a_waiter, "a waiter, then nothing", false},
        {on_a_timer, "main on a timer", true},
        {on_a_ticker_in_select, "main in a select with a ticker", true},
        {on_a_stopped_timer, "a stopped timer", false},
        {on_a_timer_that_is_stopped_later, "a timer stopped later", false},
        {after_a_select_left_the_ticker, "a ticker that was waited on", false},
        {beside_a_sleeper, "a sleeper, then nothing", false},
        {received_twice, "a timer that has fired", false},
    };
    static struct child c;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        run_child(cases[i].program, &c);
        if (cases[i].lives) {
            cr_assert(exited_with(&c, 7), "%s: %s", cases[i].name, c.text);
        } else {
            cr_assert(exited_with(&c, 2) && begins_with(c.text, DEADLOCK), "%s: %s", cases[i].name,
                      c.text);
        }
    }
}
