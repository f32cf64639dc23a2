/* Select: SEMANTICS section 5. */
#include <criterion/criterion.h>

#include "test_runtime.h"

Test(select, SE_02_ready_cases_are_chosen_evenly) {
    rdl_chan *a = rdl_chan_make(0, 0);
    rdl_chan *b = rdl_chan_make(0, 0);
    int n = 0;
    rdl_close(a);
    rdl_close(b);
    for (int i = 0; i < 10000; i++) {
        rdl_case cases[] = {RDL_CASE_RECV(a, NULL), RDL_CASE_RECV(b, NULL)};
        n += rdl_select(cases, 2) == 0;
    }
    cr_assert(n > 4755 && n < 5245, "%d of 10000", n);
}

Test(select, SE_03_SE_05_default_only_when_nothing_is_ready) {
    rdl_chan *ch = RDL_CHAN(int, 1);
    int v = 1;
    rdl_case empty[] = {RDL_CASE_RECV(ch, &v), RDL_CASE_DEFAULT, RDL_CASE_RECV(NULL, NULL)};
    cr_assert_eq(rdl_select(empty, 3), 1);
    rdl_send(ch, &v);
    cr_assert_eq(rdl_select(empty, 3), 0);
    cr_assert(empty[0].ok);
    cr_assert_not(empty[1].ok);
}

static void two_defaults(void *unused) {
    rdl_case cases[] = {RDL_CASE_DEFAULT, RDL_CASE_DEFAULT};
    (void)unused;
    rdl_select(cases, 2);
}

Test(select, SE_18_two_defaults_panic) {
    cr_assert_not(rdl_try(two_defaults, NULL, NULL));
}

/* -- parking -- */

struct pair {
    rdl_chan *a, *b, *result;
};

static void select_two(void *arg) {
    const struct pair *p = arg;
    int v[2] = {0, 0};
    rdl_case cases[] = {RDL_CASE_RECV(p->a, &v[0]), RDL_CASE_RECV(p->b, &v[1])};
    size_t chosen = rdl_select(cases, 2);
    int answer = v[chosen] * 10 + (int)chosen;
    rdl_send(p->result, &answer);
}

Test(select, SE_04_SE_14_the_first_partner_decides) {
    struct pair p = {RDL_CHAN(int, 0), RDL_CHAN(int, 0), RDL_CHAN(int, 0)};
    for (int i = 0; i < 200; i++) {
        rdl_go(select_two, &p);
        if (i % 2 == 0) {
            let_others_park();
        }
        RDL_SEND_VALUE(i % 4 < 2 ? p.a : p.b, 3);
        cr_assert_eq(RDL_RECV_VALUE(p.result, int), 30 + (i % 4 < 2 ? 0 : 1));
    }
    let_others_park();
    rdl_chan_free(p.a); /* fatal if an entry had been left behind */
    rdl_chan_free(p.b);
}

Test(select, SE_10_one_channel_in_several_cases) {
    struct pair p = {RDL_CHAN(int, 0), NULL, RDL_CHAN(int, 0)};
    int seen[2] = {0, 0};
    p.b = p.a;
    for (int i = 0; i < 400; i++) {
        rdl_go(select_two, &p);
        RDL_SEND_VALUE(p.a, 3);
        seen[RDL_RECV_VALUE(p.result, int) % 10]++;
    }
    cr_assert_eq(seen[0] + seen[1], 400);
    let_others_park();
    rdl_chan_free(p.a);
}

static void select_send(void *arg) {
    const struct pair *p = arg;
    int v = 1;
    rdl_case cases[] = {RDL_CASE_SEND(p->a, &v), RDL_CASE_RECV(p->b, NULL)};
    rdl_select(cases, 2);
}

static void report_panic(void *arg) {
    const struct pair *p = arg;
    int panicked = !rdl_try(select_send, arg, NULL);
    rdl_send(p->result, &panicked);
}

Test(select, SE_08_close_wakes_a_parked_send_case_with_a_panic) {
    struct pair p = {RDL_CHAN(int, 0), RDL_CHAN(int, 0), RDL_CHAN(int, 0)};
    rdl_go(report_panic, &p);
    let_others_park();
    rdl_close(p.a);
    cr_assert_eq(RDL_RECV_VALUE(p.result, int), 1);
}

/* Both directions on one unbuffered channel: a task never pairs with itself. */
static void send_or_receive(void *arg) {
    const struct pair *p = arg;
    uint64_t mine = rdl_task_id();
    uint64_t got = 0;
    rdl_case cases[] = {RDL_CASE_SEND(p->a, &mine), RDL_CASE_RECV(p->a, &got)};
    size_t chosen = rdl_select(cases, 2);
    int fine = chosen == 0 || got != mine;
    rdl_send(p->result, &fine);
}

Test(select, SE_11_no_task_pairs_with_itself) {
    struct pair p = {RDL_CHAN(uint64_t, 0), NULL, RDL_CHAN(int, 0)};
    for (int i = 0; i < 500; i++) {
        rdl_go(send_or_receive, &p);
        rdl_go(send_or_receive, &p);
        cr_assert_eq(RDL_RECV_VALUE(p.result, int), 1);
        cr_assert_eq(RDL_RECV_VALUE(p.result, int), 1);
    }
}

static void one_of_two(void *arg) {
    const struct pair *p = arg;
    rdl_case cases[] = {RDL_CASE_RECV(p->a, NULL), RDL_CASE_RECV(p->b, NULL), RDL_CASE_DEFAULT};
    int found = rdl_select(cases, 3) != 2;
    rdl_send(p->result, &found);
}

static void check_one_is_ready(bool by_close) {
    rdl_chan *result = RDL_CHAN(int, 1);
    for (int i = 0; i < 3000; i++) {
        struct pair p = {RDL_CHAN(int, 1), RDL_CHAN(int, 1), result};
        RDL_SEND_VALUE(p.a, 1);
        rdl_go_copy(one_of_two, &p, sizeof(p));
        if (by_close) {
            rdl_close(p.b);
        } else {
            RDL_SEND_VALUE(p.b, 1);
        }
        rdl_try_recv(p.a, NULL, NULL);
        cr_assert_eq(RDL_RECV_VALUE(result, int), 1);
        rdl_chan_free(p.a);
        rdl_chan_free(p.b);
    }
}

/* b becomes ready before a ceases to be: default must never run. */
Test(select, SE_12_readiness_is_judged_at_one_instant) {
    check_one_is_ready(false);
    check_one_is_ready(true);
}

Test(select, SE_09_closed_channel_is_ready) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    int v = 5;
    rdl_close(ch);
    rdl_case cases[] = {RDL_CASE_RECV(ch, &v)};
    cr_assert_eq(rdl_select(cases, 1), 0);
    cr_assert_not(cases[0].ok);
    cr_assert_eq(v, 0);
}

/* -- many against many, over the same channels in different orders -- */

#define ROUNDS 3000

struct storm {
    rdl_chan *ch[4];
    rdl_waitgroup wg;
    rdl_mutex mu;
    long sum;
};

static void storm_send(void *arg) {
    struct storm *s = arg;
    for (int i = 1; i <= ROUNDS; i++) {
        rdl_case cases[4];
        for (int k = 0; k < 4; k++) {
            cases[k] = RDL_CASE_SEND(s->ch[(k + i) % 4], &i);
        }
        rdl_select(cases, 4);
    }
}

static void storm_recv(void *arg) {
    struct storm *s = arg;
    long sum = 0;
    for (int i = 1; i <= ROUNDS; i++) {
        int v = 0;
        rdl_case cases[4];
        for (int k = 0; k < 4; k++) {
            cases[k] = RDL_CASE_RECV(s->ch[(i * 3 - k + 8) % 4], &v);
        }
        rdl_select(cases, 4);
        sum += v;
    }
    rdl_mutex_lock(&s->mu);
    s->sum += sum;
    rdl_mutex_unlock(&s->mu);
}

static void check_storm(int procs, size_t capacity) {
    struct storm s = {.sum = 0};
    rdl_maxprocs(procs);
    for (int k = 0; k < 4; k++) {
        s.ch[k] = RDL_CHAN(int, k % 2 == 0 ? capacity : 0);
    }
    for (int i = 0; i < 6; i++) {
        rdl_waitgroup_go(&s.wg, storm_send, &s);
        rdl_waitgroup_go(&s.wg, storm_recv, &s);
    }
    rdl_waitgroup_wait(&s.wg);
    cr_assert_eq(s.sum, 6L * ROUNDS * (ROUNDS + 1) / 2);
    for (int k = 0; k < 4; k++) {
        rdl_chan_free(s.ch[k]);
    }
}

Test(select, SE_13_SE_15_storm) {
    for (int procs = 1; procs <= 4; procs *= 2) {
        check_storm(procs, 0);
        check_storm(procs, 1);
        check_storm(procs, 7);
    }
}

/* The channels of lost cases may be closed and freed before the select has run again. */
static void select_once(void *arg) {
    const struct pair *p = arg;
    rdl_case cases[] = {RDL_CASE_RECV(p->a, NULL), RDL_CASE_RECV(p->b, NULL)};
    rdl_select(cases, 2);
    rdl_send(p->result, NULL);
}

Test(select, CH_24_lost_channels_may_be_freed_at_once) {
    struct pair p = {.result = rdl_chan_make(0, 1)};
    for (int i = 0; i < 200; i++) {
        p.a = rdl_chan_make(0, 0);
        p.b = rdl_chan_make(0, 0);
        rdl_go_copy(select_once, &p, sizeof(p));
        let_others_park();
        rdl_close(p.a);
        rdl_close(p.b);
        rdl_chan_free(p.a);
        rdl_chan_free(p.b);
        rdl_recv(p.result, NULL);
    }
}

static void send_a(void *arg) {
    const struct pair *p = arg;
    rdl_send(p->a, NULL);
}

Test(select, CH_24_won_select_leaves_other_channels_free) {
    for (int i = 0; i < 3000; i++) {
        struct pair p = {rdl_chan_make(0, 0), rdl_chan_make(0, 0), rdl_chan_make(0, 1)};
        rdl_go_copy(select_once, &p, sizeof(p));
        rdl_yield();
        send_a(&p);
        rdl_close(p.b);
        rdl_chan_free(p.b); /* the select has been won on a, and may not have run since */
        rdl_recv(p.result, NULL);
        rdl_chan_free(p.a);
        rdl_chan_free(p.result);
    }
}

/* -- time-outs -- */

Test(select, time_out_only_when_nothing_else_is_ready) {
    rdl_chan *ch = RDL_CHAN(int, 1);
    int v = 1;
    rdl_case cases[] = {RDL_CASE_TIMEOUT(0), RDL_CASE_RECV(ch, &v)};
    cr_assert_eq(rdl_select(cases, 2), 0);
    rdl_send(ch, &v);
    cr_assert_eq(rdl_select(cases, 2), 1);
    rdl_time start = rdl_now();
    cases[0] = RDL_CASE_TIMEOUT(20 * RDL_MILLISECOND);
    cr_assert_eq(rdl_select(cases, 2), 0);
    cr_assert(rdl_now() - start >= 20 * RDL_MILLISECOND);
}

static void feed(void *arg) {
    struct storm *s = arg;
    for (int i = 0; i < ROUNDS; i++) {
        rdl_send(s->ch[0], &i);
    }
}

Test(select, SE_13_time_out_and_partner_at_the_same_moment) {
    struct storm s = {.ch = {RDL_CHAN(int, 0)}};
    int next = 0;
    rdl_go(feed, &s);
    while (next < ROUNDS) {
        int v = -1;
        rdl_case cases[] = {RDL_CASE_RECV(s.ch[0], &v), RDL_CASE_TIMEOUT(1 + next % 7 * 1000)};
        if (rdl_select(cases, 2) == 0) {
            cr_assert_eq(v, next);
            next++;
        } else {
            cr_assert_eq(v, -1);
        }
        if (next % 5 == 0) {
            rdl_yield();
        }
    }
}

Test(select, many_cases) {
    rdl_chan *ch[100];
    rdl_case cases[100];
    int v = 0;
    for (int i = 0; i < 100; i++) {
        ch[i] = RDL_CHAN(int, 1);
    }
    for (int i = 0; i < 100; i++) {
        rdl_send(ch[i], &i);
        for (int k = 0; k < 100; k++) {
            cases[k] = RDL_CASE_RECV(ch[k], &v);
        }
        cr_assert_eq(rdl_select(cases, 100), (size_t)i);
        cr_assert_eq(v, i);
    }
}
