/* Select in whole programs: what Go's own tests of select try, rule by rule of SEMANTICS 5. */
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "test_runtime.h"

/* -- the choice: uniform, whatever the position, direction and number of cases -- */

#define CHOICES 16000

/* Within six standard deviations: wrong once in 500 million runs. */
static void check_even(const int *chosen, int n_ready, int rounds) {
    double expected = (double)rounds / n_ready;
    double variance = expected * (1 - 1.0 / n_ready);
    for (int i = 0; i < n_ready; i++) {
        double off = chosen[i] - expected;
        cr_assert(off * off < 36 * variance, "case %d of %d: %d of %d", i, n_ready, chosen[i],
                  rounds);
    }
}

Test(select_programs, SE_02_SE_17_any_number_of_ready_cases) {
    static const int numbers[] = {2, 3, 5, 8, 9, 16, 65, 70};
    rdl_chan *closed = rdl_chan_make(0, 0);
    rdl_close(closed);
    for (size_t k = 0; k < sizeof(numbers) / sizeof(*numbers); k++) {
        rdl_case cases[70];
        int chosen[70] = {0};
        for (int i = 0; i < numbers[k]; i++) {
            cases[i] = RDL_CASE_RECV(closed, NULL);
        }
        for (int i = 0; i < CHOICES; i++) {
            chosen[rdl_select(cases, (size_t)numbers[k])]++;
        }
        check_even(chosen, numbers[k], CHOICES);
    }
}

/* Ready cases among some that never are, sends and receives, a timer that is due. */
Test(select_programs, SE_02_SE_03_only_the_ready_ones_evenly) {
    rdl_chan *idle = RDL_CHAN(int, 0), *full = RDL_CHAN(int, 1), *closed = RDL_CHAN(int, 0);
    int chosen[7] = {0}, v = 1;
    rdl_send(full, &v);
    rdl_close(closed);
    for (int i = 0; i < CHOICES; i++) {
        rdl_chan *room = RDL_CHAN(int, 1);
        rdl_case cases[] = {RDL_CASE_SEND(full, &v),    RDL_CASE_RECV(closed, NULL),
                            RDL_CASE_RECV(idle, NULL),  RDL_CASE_SEND(room, &v),
                            RDL_CASE_RECV(NULL, NULL),  RDL_CASE_DEFAULT,
                            RDL_CASE_RECV(closed, NULL)};
        chosen[rdl_select(cases, 7)]++;
        rdl_chan_free(room);
    }
    cr_assert_eq(chosen[1] + chosen[3] + chosen[6], CHOICES);
    check_even((int[]){chosen[1], chosen[3], chosen[6]}, 3, CHOICES);
}

Test(select_programs, SE_02_a_due_timer_is_as_ready_as_others) {
    rdl_chan *closed = RDL_CHAN(int, 0);
    int chosen[2] = {0};
    rdl_close(closed);
    for (int i = 0; i < 2000; i++) {
        rdl_chan *due = rdl_after(0);
        rdl_case cases[] = {RDL_CASE_RECV(closed, NULL), RDL_CASE_RECV(due, NULL)};
        chosen[rdl_select(cases, 2)]++;
        rdl_chan_free(due);
    }
    check_even(chosen, 2, 2000);
}

/* No memory: after either choice the next is even again. */
Test(select_programs, SE_17_choices_do_not_depend_on_the_last) {
    rdl_chan *closed = rdl_chan_make(0, 0);
    int repeated[2] = {0};
    size_t last = 0;
    rdl_close(closed);
    for (int i = 0; i < CHOICES; i++) {
        rdl_case cases[] = {RDL_CASE_RECV(closed, NULL), RDL_CASE_RECV(closed, NULL)};
        size_t chosen = rdl_select(cases, 2);
        repeated[chosen == last]++;
        last = chosen;
    }
    check_even(repeated, 2, CHOICES);
}

struct pair {
    rdl_chan *a, *b, *result;
};

static void send_random_bits(void *ch) {
    int zero = 0, one = 1;
    for (int i = 0; i < 1000; i++) {
        rdl_case cases[] = {RDL_CASE_SEND(ch, &zero), RDL_CASE_SEND(ch, &one)};
        rdl_select(cases, 2);
    }
}

static void check_random_bits(size_t capacity) {
    rdl_chan *ch = RDL_CHAN(int, capacity);
    int n[2] = {0};
    rdl_go(send_random_bits, ch);
    for (int i = 0; i < 1000; i++) {
        n[RDL_RECV_VALUE(ch, int)]++;
        if (i % 3 == 0) {
            rdl_yield();
        }
    }
    cr_assert(n[0] >= 100 && n[1] >= 100, "%d, %d", n[0], n[1]);
}

Test(select_programs, SE_02_two_sends_on_one_channel_both_happen) {
    check_random_bits(0);
    check_random_bits(1);
    check_random_bits(1000);
}

/* -- operands -- */

static int n_evaluated;

static rdl_chan *counted_chan(rdl_chan *ch) {
    n_evaluated++;
    return ch;
}

static int *counted_place(int *place) {
    n_evaluated++;
    return place;
}

Test(select_programs, SE_01_operands_once_destinations_only_of_the_chosen) {
    rdl_chan *a = RDL_CHAN(int, 1), *b = RDL_CHAN(int, 1), *full = RDL_CHAN(int, 0);
    int from_a = -1, from_b = -1, v = 4;
    n_evaluated = 0;
    rdl_send(b, &v);
    rdl_case cases[] = {RDL_CASE_RECV(counted_chan(a), counted_place(&from_a)),
                        RDL_CASE_RECV(counted_chan(b), counted_place(&from_b)),
                        RDL_CASE_SEND(counted_chan(full), counted_place(&v))};
    cr_assert_eq(n_evaluated, 6);
    cr_assert_eq(rdl_select(cases, 3), 1);
    cr_assert_eq(n_evaluated, 6);
    cr_assert_eq(from_a, -1);
    cr_assert_eq(from_b, 4);
    cr_assert(!cases[0].ok && cases[1].ok && !cases[2].ok);
}

Test(select_programs, SE_16_cases_not_chosen_leave_no_trace) {
    rdl_chan *a = RDL_CHAN(int, 4), *b = RDL_CHAN(int, 4);
    int v = 1;
    for (int i = 0; i < 4; i++) {
        rdl_case cases[] = {RDL_CASE_SEND(a, &v), RDL_CASE_SEND(b, &v)};
        rdl_select(cases, 2);
        cr_assert_eq(rdl_chan_len(a) + rdl_chan_len(b), (size_t)i + 1);
    }
    rdl_chan_free(a);
    rdl_chan_free(b);
}

static void select_with(void *n) {
    size_t number = *(size_t *)n;
    rdl_case *cases = calloc(number, sizeof(*cases));
    for (size_t i = 0; i < number; i++) {
        cases[i] = RDL_CASE_RECV(NULL, NULL);
    }
    cases[number - 1] = RDL_CASE_DEFAULT;
    cr_assert_eq(rdl_select(cases, number), number - 1);
    free(cases);
}

Test(select_programs, SE_16_SE_18_as_many_cases_as_allowed) {
    size_t most = 65536, more = 65537;
    rdl_panic_info info;
    cr_assert(rdl_try(select_with, &most, NULL));
    cr_assert_not(rdl_try(select_with, &more, &info));
    cr_assert_str_eq(info.message, "rdl: select with more than 65536 cases");
}

/* More cases than lie on the stack, parked, and served through each. */
#define MANY 100

struct many {
    rdl_chan *ch[MANY], *got;
};

static void wait_on_many(void *arg) {
    const struct many *m = arg;
    rdl_case cases[MANY];
    int v = -1;
    for (int i = 0; i < MANY; i++) {
        cases[i] = RDL_CASE_RECV(m->ch[i * 37 % MANY], &v); /* out of address order */
    }
    for (int i = 0; i < MANY; i++) {
        rdl_select(cases, MANY);
        rdl_send(m->got, &v);
    }
}

Test(select_programs, SE_04_SE_14_SE_18_many_cases_parked) {
    static struct many m;
    for (int i = 0; i < MANY; i++) {
        m.ch[i] = RDL_CHAN(int, 0);
    }
    m.got = RDL_CHAN(int, 0);
    rdl_go(wait_on_many, &m);
    for (int i = 0; i < MANY; i++) {
        RDL_SEND_VALUE(m.ch[i], i);
        cr_assert_eq(RDL_RECV_VALUE(m.got, int), i);
    }
    let_others_park();
    for (int i = 0; i < MANY; i++) {
        rdl_chan_free(m.ch[i]); /* fatal if an entry had been left behind */
    }
}

/* -- for ever, and in plain words -- */

static void select_nothing(void) {
    rdl_select(NULL, 0);
}

static void select_nil(void) {
    rdl_case cases[] = {RDL_CASE_RECV(NULL, NULL), RDL_CASE_RECV(NULL, NULL)};
    rdl_select(cases, 2);
}

static void select_one(void) {
    rdl_case c = RDL_CASE_RECV(RDL_CHAN(int, 0), NULL);
    rdl_select(&c, 1);
}

static void select_own_pair(void) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    int v = 1;
    rdl_case cases[] = {RDL_CASE_RECV(ch, &v), RDL_CASE_SEND(ch, &v)};
    rdl_select(cases, 2);
}

static void check_blocks_for_ever(void (*fn)(void), const char *why) {
    static struct child c;
    run_child(fn, &c);
    cr_assert(exited_with(&c, 2), "%s", c.text);
    cr_assert(strstr(c.text, "all goroutines are asleep - deadlock!") != NULL);
    cr_assert(strstr(c.text, why) != NULL, "%s", c.text);
}

Test(select_programs, SE_05_SE_06_SE_07_SE_11_waits_for_ever_in_its_own_words) {
    check_blocks_for_ever(select_nothing, "goroutine 1 [select (no cases)");
    check_blocks_for_ever(select_nil, "goroutine 1 [select");
    check_blocks_for_ever(select_one, "goroutine 1 [chan receive");
    check_blocks_for_ever(select_own_pair, "goroutine 1 [select");
}

Test(select_programs, SE_05_nil_cases_and_default) {
    rdl_case cases[] = {RDL_CASE_RECV(NULL, NULL), RDL_CASE_SEND(NULL, NULL), RDL_CASE_DEFAULT};
    cr_assert_eq(rdl_select(cases, 3), 2);
    cr_assert_eq(rdl_select(&cases[2], 1), 0);
}

Test(select_programs, SE_07_one_case_is_the_plain_operation) {
    rdl_chan *ch = RDL_CHAN(int, 1);
    int v = 6;
    rdl_case send = RDL_CASE_SEND(ch, &v);
    cr_assert_eq(rdl_select(&send, 1), 0);
    rdl_case try_send[] = {RDL_CASE_SEND(ch, &v), RDL_CASE_DEFAULT};
    cr_assert_eq(rdl_select(try_send, 2), 1);
    rdl_case try_recv[] = {RDL_CASE_RECV(ch, &v), RDL_CASE_DEFAULT};
    cr_assert_eq(rdl_select(try_recv, 2), 0);
    cr_assert_eq(rdl_select(try_recv, 2), 1);
    cr_assert_eq(v, 6);
}

/* -- one instant: of two channels one is always ready, so default never runs -- */

#define RACES 5000

static void select_or_default(void *arg) {
    struct pair *p = arg;
    rdl_case cases[] = {RDL_CASE_RECV(p->a, NULL), RDL_CASE_RECV(p->b, NULL), RDL_CASE_DEFAULT};
    int found = rdl_select(cases, 3) != 2;
    rdl_send(p->result, &found);
}

static void check_never_default(bool by_close) {
    rdl_chan *result = RDL_CHAN(int, 1);
    rdl_maxprocs(4);
    for (int i = 0; i < RACES; i++) {
        struct pair p = {RDL_CHAN(int, 1), RDL_CHAN(int, 1), result};
        int v = 1;
        rdl_send(p.a, &v);
        rdl_go(select_or_default, &p);
        if (i % 2 == 0) {
            rdl_yield();
        }
        if (by_close) {
            rdl_close(p.b);
        } else {
            rdl_send(p.b, &v);
        }
        rdl_try_recv(p.a, NULL, NULL);
        cr_assert_eq(RDL_RECV_VALUE(result, int), 1);
        rdl_chan_free(p.a);
        rdl_chan_free(p.b);
    }
}

Test(select_programs, SE_12_default_never_runs_while_one_is_ready) {
    check_never_default(false);
    check_never_default(true);
}

/* A value goes to and fro between two channels: put into the other before it is taken from the one,
 * so that at every instant one of them has something. */
struct carousel {
    rdl_chan *ch[2];
    atomic_bool stop;
    rdl_waitgroup ended;
};

static void swap_ends(void *arg) {
    struct carousel *c = arg;
    int v = 1;
    for (int at = 0; !atomic_load(&c->stop); at = !at) {
        rdl_send(c->ch[!at], &v);
        rdl_recv(c->ch[at], &v);
    }
}

Test(select_programs, SE_12_no_instant_without_a_ready_case) {
    static struct carousel c;
    rdl_maxprocs(4);
    c.ch[0] = RDL_CHAN(int, 2);
    c.ch[1] = RDL_CHAN(int, 2);
    RDL_SEND_VALUE(c.ch[0], 1);
    rdl_waitgroup_go(&c.ended, swap_ends, &c);
    for (int i = 0; i < 20000; i++) {
        int v;
        rdl_case cases[] = {RDL_CASE_RECV(c.ch[i % 2], &v), RDL_CASE_RECV(c.ch[(i + 1) % 2], &v),
                            RDL_CASE_DEFAULT};
        size_t chosen = rdl_select(cases, 3);
        cr_assert_neq(chosen, 2);
        rdl_send(c.ch[(i + (int)chosen) % 2], &v); /* back: none is missing but for this moment */
        if (i % 64 == 0) {
            rdl_yield();
        }
    }
    atomic_store(&c.stop, true);
    rdl_waitgroup_wait(&c.ended);
}

/* -- one channel, several cases -- */

#define LAPS 1000

static void send_or_receive_laps(void *arg) {
    const struct pair *p = arg;
    int wrong = 0;
    for (int i = 0; i < LAPS; i++) {
        uint64_t mine = rdl_task_id(), got = 0;
        rdl_case cases[] = {RDL_CASE_SEND(p->a, &mine), RDL_CASE_RECV(p->a, &got)};
        if (i % 2 == 0) {
            rdl_case first = cases[0];
            cases[0] = cases[1];
            cases[1] = first;
        }
        rdl_select(cases, 2);
        wrong += rdl_chan_cap(p->a) == 0 && got == mine;
    }
    rdl_send(p->result, &wrong);
}

static void check_self_select(size_t capacity) {
    struct pair p = {RDL_CHAN(uint64_t, capacity), NULL, RDL_CHAN(int, 2)};
    rdl_go(send_or_receive_laps, &p);
    rdl_go(send_or_receive_laps, &p);
    cr_assert_eq(RDL_RECV_VALUE(p.result, int), 0);
    cr_assert_eq(RDL_RECV_VALUE(p.result, int), 0);
}

Test(select_programs, SE_10_SE_11_send_and_receive_of_one_channel) {
    check_self_select(0);
    check_self_select(10);
}

/* Parked twice on one channel; what is left of it must not disturb the next round. */
static void receive_from_either(void *arg) {
    const struct pair *p = arg;
    rdl_case cases[] = {RDL_CASE_RECV(p->a, NULL), RDL_CASE_RECV(p->a, NULL),
                        RDL_CASE_RECV(p->b, NULL)};
    rdl_select(cases, 3);
    rdl_send(p->result, NULL);
}

static void receive_a(void *arg) {
    const struct pair *p = arg;
    rdl_recv(p->a, NULL);
    rdl_send(p->result, NULL);
}

Test(select_programs, SE_10_SE_14_entries_on_one_channel_vanish_together) {
    for (int i = 0; i < 20; i++) {
        struct pair p = {rdl_chan_make(0, 0), rdl_chan_make(0, 0), rdl_chan_make(0, 2)};
        rdl_go_copy(receive_from_either, &p, sizeof(p));
        let_others_park();
        rdl_go_copy(receive_a, &p, sizeof(p));
        let_others_park();
        rdl_send(i % 2 == 0 ? p.b : p.a, NULL);
        rdl_recv(p.result, NULL);
        rdl_send(p.a, NULL); /* for the plain receiver, which was behind the select's entries */
        rdl_recv(p.result, NULL);
        rdl_chan_free(p.a);
        rdl_chan_free(p.b);
    }
}

/* -- one claim: values sent into a select from two sides are neither lost nor doubled -- */

#define DOUBLE_VALUES 20000

struct doubled {
    rdl_chan *in[4], *out;
    rdl_waitgroup senders;
};

struct sender {
    struct doubled *d;
    int side;
};

static void send_side(void *arg) {
    const struct sender *s = arg;
    for (int i = s->side; i < DOUBLE_VALUES; i += 4) {
        rdl_send(s->d->in[s->side], &i);
    }
    rdl_waitgroup_done(&s->d->senders);
}

static void merge(void *arg) {
    struct doubled *d = arg;
    for (;;) {
        int v[4];
        rdl_case cases[4];
        for (int i = 0; i < 4; i++) {
            cases[i] = RDL_CASE_RECV(d->in[i], &v[i]);
        }
        size_t chosen = rdl_select(cases, 4);
        if (!cases[chosen].ok) {
            return;
        }
        rdl_send(d->out, &v[chosen]);
    }
}

static void count_values(void *arg) {
    struct doubled *d = arg;
    static unsigned char seen[DOUBLE_VALUES];
    int v;
    RDL_RANGE(d->out, v) {
        cr_assert_eq(seen[v]++, 0, "value %d came twice", v);
    }
    for (v = 0; v < DOUBLE_VALUES; v++) {
        cr_assert_eq(seen[v], 1, "value %d was lost", v);
    }
}

Test(select_programs, SE_13_no_value_is_lost_or_doubled) {
    static struct doubled d;
    rdl_waitgroup merging = {0}, counting = {0};
    rdl_maxprocs(4);
    d.out = RDL_CHAN(int, 0);
    rdl_waitgroup_add(&d.senders, 4);
    for (int i = 0; i < 4; i++) {
        d.in[i] = RDL_CHAN(int, 0);
    }
    for (int i = 0; i < 4; i++) {
        rdl_go_copy(send_side, &(struct sender){&d, i}, sizeof(struct sender));
    }
    rdl_waitgroup_go(&merging, merge, &d);
    rdl_waitgroup_go(&merging, merge, &d);
    rdl_waitgroup_go(&counting, count_values, &d);
    rdl_waitgroup_wait(&d.senders);
    for (int i = 0; i < 4; i++) {
        rdl_close(d.in[i]);
    }
    rdl_waitgroup_wait(&merging);
    rdl_close(d.out);
    rdl_waitgroup_wait(&counting);
}

/* -- two that were queued behind a select that leaves are still served, in their order -- */

struct queued {
    struct pair p;
    rdl_chan *got;
    int number;
};

static void receive_numbered(void *arg) {
    const struct queued *q = arg;
    int pair[2] = {q->number, RDL_RECV_VALUE(q->p.a, int)};
    rdl_send(q->got, pair);
}

static void select_a_or_b(void *arg) {
    const struct pair *p = arg;
    rdl_case cases[] = {RDL_CASE_RECV(p->a, NULL), RDL_CASE_RECV(p->b, NULL)};
    rdl_select(cases, 2);
    rdl_send(p->result, NULL);
}

Test(select_programs, SE_14_CH_12_leaving_does_not_disturb_the_queue) {
    struct queued q = {
        {RDL_CHAN(int, 0), RDL_CHAN(int, 0), rdl_chan_make(0, 1)}, RDL_CHAN(int[2], 4), 0};
    int pair[2];
    for (q.number = 0; q.number < 4; q.number++) {
        rdl_go_copy(receive_numbered, &q, sizeof(q));
        let_others_park();
        if (q.number == 1) { /* a select in the middle of the queue */
            rdl_go_copy(select_a_or_b, &q.p, sizeof(q.p));
            let_others_park();
        }
    }
    RDL_SEND_VALUE(q.p.b, 1);
    rdl_recv(q.p.result, NULL);
    for (int i = 0; i < 4; i++) {
        RDL_SEND_VALUE(q.p.a, i);
    }
    for (int i = 0; i < 4; i++) {
        rdl_recv(q.got, pair);
        cr_assert_eq(pair[0], pair[1]);
    }
}

/* -- torture: two selects on each of four channels' two ends, plain operations beside them -- */

#define STRESS 2000

struct stress {
    rdl_chan *ch[4];
    rdl_waitgroup wg;
};

struct stressor {
    struct stress *s;
    int index;
};

static void stress_send(void *arg) {
    const struct stressor *x = arg;
    for (int i = 0; i < STRESS; i++) {
        rdl_send(x->s->ch[x->index], NULL);
    }
    rdl_waitgroup_done(&x->s->wg);
}

static void stress_recv(void *arg) {
    const struct stressor *x = arg;
    for (int i = 0; i < STRESS; i++) {
        rdl_recv(x->s->ch[x->index], NULL);
    }
    rdl_waitgroup_done(&x->s->wg);
}

/* STRESS operations on each channel, in any order; a channel that is done becomes nil. */
static void stress_select(struct stress *s, bool is_send, int first) {
    rdl_chan *ch[4];
    int left[4] = {STRESS, STRESS, STRESS, STRESS};
    for (int i = 0; i < 4; i++) {
        ch[i] = s->ch[(i + first) % 4];
    }
    for (int n = 0; n < 4 * STRESS; n++) {
        rdl_case cases[4];
        for (int i = 0; i < 4; i++) {
            cases[i] = is_send ? RDL_CASE_SEND(ch[i], NULL) : RDL_CASE_RECV(ch[i], NULL);
        }
        size_t chosen = rdl_select(cases, 4);
        if (--left[chosen] == 0) {
            ch[chosen] = NULL;
        }
    }
    rdl_waitgroup_done(&s->wg);
}

static void stress_select_send(void *arg) {
    const struct stressor *x = arg;
    stress_select(x->s, true, x->index);
}

static void stress_select_recv(void *arg) {
    const struct stressor *x = arg;
    stress_select(x->s, false, x->index);
}

static void go_stressor(struct stress *s, void (*fn)(void *), int index) {
    rdl_waitgroup_add(&s->wg, 1);
    rdl_go_copy(fn, &(struct stressor){s, index}, sizeof(struct stressor));
}

Test(select_programs, SE_13_SE_15_stress) {
    static struct stress s;
    static const size_t capacities[] = {0, 0, 2, 3};
    rdl_maxprocs(4);
    for (int i = 0; i < 4; i++) {
        s.ch[i] = rdl_chan_make(0, capacities[i]);
    }
    for (int i = 0; i < 4; i++) {
        go_stressor(&s, stress_send, i);
        go_stressor(&s, stress_recv, i);
    }
    go_stressor(&s, stress_select_send, 0);
    go_stressor(&s, stress_select_recv, 2);
    go_stressor(&s, stress_select_send, 3);
    go_stressor(&s, stress_select_recv, 1);
    rdl_waitgroup_wait(&s.wg);
    for (int i = 0; i < 4; i++) {
        cr_assert_eq(rdl_chan_len(s.ch[i]), 0);
        rdl_chan_free(s.ch[i]);
    }
}
