/* Channels in whole programs: what Go's own tests of channels try, rule by rule of SEMANTICS 4. */
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "test_runtime.h"

/* -- every capacity: blocking, order, four against four -- */

#define CAPACITIES 200

struct job {
    rdl_chan *ch, *got;
    int n;
};

static void receive_one(void *arg) {
    const struct job *j = arg;
    int v = -1;
    rdl_recv(j->ch, &v);
    rdl_send(j->got, &v);
}

Test(chan_programs, CH_07_CH_08_an_empty_channel_blocks_its_receiver) {
    for (size_t capacity = 0; capacity <= CAPACITIES; capacity++) {
        struct job j = {.ch = RDL_CHAN(int, capacity), .got = RDL_CHAN(int, 1)};
        int v;
        rdl_go_copy(receive_one, &j, sizeof(j));
        for (int i = 0; i < 3; i++) {
            rdl_yield();
        }
        cr_assert_not(rdl_try_recv(j.got, &v, NULL));
        RDL_SEND_VALUE(j.ch, 7);
        cr_assert_eq(RDL_RECV_VALUE(j.got, int), 7);
        cr_assert_eq(rdl_chan_len(j.ch), 0);
        rdl_chan_free(j.ch);
        rdl_chan_free(j.got);
    }
}

static void send_and_tell(void *arg) {
    struct job *j = arg;
    rdl_send(j->ch, &j->n);
    rdl_send(j->got, &j->n);
}

Test(chan_programs, CH_07_CH_10_a_full_channel_blocks_its_sender) {
    for (size_t capacity = 0; capacity <= CAPACITIES; capacity++) {
        struct job j = {.ch = RDL_CHAN(int, capacity), .got = RDL_CHAN(int, 1)};
        int v;
        for (j.n = 0; j.n < (int)capacity; j.n++) {
            cr_assert(rdl_try_send(j.ch, &j.n));
        }
        cr_assert_not(rdl_try_send(j.ch, &j.n));
        rdl_go_copy(send_and_tell, &j, sizeof(j));
        for (int i = 0; i < 3; i++) {
            rdl_yield();
        }
        cr_assert_not(rdl_try_recv(j.got, &v, NULL));
        cr_assert_eq(rdl_chan_len(j.ch), capacity);
        for (int i = 0; i <= (int)capacity; i++) {
            cr_assert_eq(RDL_RECV_VALUE(j.ch, int), i);
        }
        cr_assert_eq(RDL_RECV_VALUE(j.got, int), (int)capacity);
        rdl_chan_free(j.ch);
        rdl_chan_free(j.got);
    }
}

static void send_to_n(void *arg) {
    const struct job *j = arg;
    for (int i = 0; i < j->n; i++) {
        rdl_send(j->ch, &i);
    }
}

/* Each receiver sees its values rise, sender by sender; it reports how many of each it saw. */
#define SIDES  4
#define VALUES 200

struct tagged {
    int sender, value;
};

static void send_tagged(void *arg) {
    const struct job *j = arg;
    for (struct tagged t = {.sender = j->n}; t.value < VALUES; t.value++) {
        rdl_send(j->ch, &t);
    }
}

struct tally {
    bool in_order;
    int seen[VALUES];
};

static void receive_tagged(void *arg) {
    const struct job *j = arg;
    struct tally *tally = calloc(1, sizeof(*tally));
    int last[SIDES] = {-1, -1, -1, -1};
    struct tagged t;
    tally->in_order = true;
    for (int i = 0; i < VALUES; i++) {
        rdl_recv(j->ch, &t);
        tally->in_order &= t.value > last[t.sender];
        last[t.sender] = t.value;
        tally->seen[t.value]++;
    }
    rdl_send(j->got, &tally);
}

static void check_four_and_four(size_t capacity) {
    struct job j = {RDL_CHAN(struct tagged, capacity), RDL_CHAN(struct tally *, 0), 0};
    int seen[VALUES] = {0};
    for (j.n = 0; j.n < SIDES; j.n++) {
        rdl_go_copy(send_tagged, &j, sizeof(j));
        rdl_go_copy(receive_tagged, &j, sizeof(j));
    }
    for (int i = 0; i < SIDES; i++) {
        struct tally *tally = RDL_RECV_VALUE(j.got, struct tally *);
        cr_assert(tally->in_order);
        for (int v = 0; v < VALUES; v++) {
            seen[v] += tally->seen[v];
        }
        free(tally);
    }
    for (int v = 0; v < VALUES; v++) {
        cr_assert_eq(seen[v], SIDES, "value %d: %d times", v, seen[v]);
    }
    cr_assert_eq(rdl_chan_len(j.ch), 0);
}

Test(chan_programs, CH_09_CH_11_four_and_four_for_every_capacity) {
    for (size_t capacity = 0; capacity <= CAPACITIES; capacity++) {
        check_four_and_four(capacity);
    }
}

/* -- many consumers, each with work of its own length -- */

#define CONSUMERS 23
#define ITEMS     20000

static void pass_on(void *arg) {
    const struct job *j = arg;
    int v;
    RDL_RANGE(j->ch, v) {
        if (v % 5 == 0) {
            rdl_yield();
        }
        rdl_send(j->got, &v);
    }
}

struct feeding {
    struct job job;
    rdl_waitgroup *consumers;
};

static void feed_consumers(void *arg) {
    const struct feeding *f = arg;
    send_to_n((void *)&f->job);
    rdl_close(f->job.ch);
    rdl_waitgroup_wait(f->consumers);
    rdl_close(f->job.got);
}

Test(chan_programs, CH_16_CH_20_many_consumers_share_a_queue) {
    rdl_waitgroup consumers = {0};
    struct feeding f = {{RDL_CHAN(int, CONSUMERS / 2), RDL_CHAN(int, CONSUMERS), ITEMS},
                        &consumers};
    long sum = 0;
    int n = 0, v;
    for (int i = 0; i < CONSUMERS; i++) {
        rdl_waitgroup_go(&consumers, pass_on, &f.job);
    }
    rdl_go(feed_consumers, &f);
    RDL_RANGE(f.job.got, v) {
        sum += v;
        n++;
    }
    cr_assert_eq(n, ITEMS);
    cr_assert_eq(sum, (long)ITEMS * (ITEMS - 1) / 2);
}

/* -- a chain of goroutines hands values on in order, each waiting for its turn -- */

struct turn {
    rdl_chan *values, *before, *after;
    int n;
};

static void send_in_turn(void *arg) {
    const struct turn *t = arg;
    rdl_recv(t->before, NULL);
    rdl_send(t->values, &t->n);
    rdl_send(t->after, NULL);
}

static void check_fifo(size_t capacity) {
    struct turn t = {.values = RDL_CHAN(int, capacity), .before = rdl_chan_make(0, 1)};
    rdl_send(t.before, NULL);
    for (t.n = 0; t.n < 100; t.n++) {
        t.after = rdl_chan_make(0, 1);
        rdl_go_copy(send_in_turn, &t, sizeof(t));
        t.before = t.after;
    }
    for (int i = 0; i < 100; i++) {
        cr_assert_eq(RDL_RECV_VALUE(t.values, int), i);
    }
}

Test(chan_programs, CH_11_values_sent_in_turn_arrive_in_turn) {
    check_fifo(0);
    check_fifo(10);
}

/* -- non-blocking forms of elements of several sizes, buffered and not -- */

struct wide {
    char text[100];
};

static void send_wide(void *arg) {
    const struct job *j = arg;
    struct wide w;
    memset(&w, j->n, sizeof(w));
    rdl_send(j->ch, &w);
}

static bool is_filled_with(const struct wide *w, int n) {
    for (size_t i = 0; i < sizeof(w->text); i++) {
        if (w->text[i] != (char)n) {
            return false;
        }
    }
    return true;
}

Test(chan_programs, CH_25_CH_06_non_blocking_forms_meet_parked_partners) {
    for (size_t capacity = 0; capacity < 2; capacity++) {
        struct job j = {.ch = RDL_CHAN(struct wide, capacity), .n = 5};
        struct wide w = {{0}};
        bool ok = true;
        cr_assert_not(rdl_try_recv(j.ch, &w, &ok));
        cr_assert(ok); /* left alone */
        rdl_go_copy(send_wide, &j, sizeof(j));
        while (!rdl_try_recv(j.ch, &w, &ok)) {
            rdl_yield();
        }
        cr_assert(ok && is_filled_with(&w, 5));
        rdl_chan_free(j.ch);
    }
}

Test(chan_programs, CH_25_a_try_send_meets_a_parked_receiver) {
    struct job j = {RDL_CHAN(int, 0), RDL_CHAN(int, 1), 0};
    int v = 3;
    cr_assert_not(rdl_try_send(j.ch, &v));
    rdl_go(receive_one, &j);
    while (!rdl_try_send(j.ch, &v)) {
        rdl_yield();
    }
    cr_assert_eq(RDL_RECV_VALUE(j.got, int), 3);
}

/* A receiver is parked; the channel is closed at the same time as the try. There is no instant at
 * which the send could neither proceed nor panic. */
#define RACES 400

struct race {
    rdl_chan *ch[RACES], *got;
    rdl_waitgroup ended;
    atomic_int failed;
};

static void close_each(void *arg) {
    struct race *r = arg;
    for (int i = 0; i < RACES; i++) {
        rdl_close(r->ch[i]);
    }
}

struct attempt {
    rdl_chan *ch;
    bool sent;
};

static void try_seven(void *arg) {
    struct attempt *a = arg;
    int seven = 7;
    a->sent = rdl_try_send(a->ch, &seven);
}

static void try_each(void *arg) {
    struct race *r = arg;
    for (int i = 0; i < RACES; i++) {
        struct attempt a = {r->ch[i], false};
        if (rdl_try(try_seven, &a, NULL) && !a.sent) {
            atomic_fetch_add(&r->failed, 1);
        }
    }
}

Test(chan_programs, CH_25_a_try_send_fails_only_if_it_could_not_proceed) {
    static struct race r;
    rdl_maxprocs(4);
    for (int round = 0; round < 10; round++) {
        r.got = RDL_CHAN(int, RACES);
        for (int i = 0; i < RACES; i++) {
            r.ch[i] = RDL_CHAN(int, 0);
            rdl_go_copy(receive_one, &(struct job){r.ch[i], r.got, 0}, sizeof(struct job));
        }
        let_others_park();
        rdl_waitgroup_go(&r.ended, close_each, &r);
        rdl_waitgroup_go(&r.ended, try_each, &r);
        rdl_waitgroup_wait(&r.ended);
        cr_assert_eq(atomic_load(&r.failed), 0);
    }
}

/* -- closed channels, in every form: operator, non-blocking, small and larger select -- */

static bool recv_plain(rdl_chan *ch, int *v) {
    return rdl_recv(ch, v);
}

static bool recv_sized(rdl_chan *ch, int *v) {
    return rdl_recv_sized(ch, v, sizeof(*v));
}

static bool recv_try(rdl_chan *ch, int *v) {
    bool ok = false;
    cr_assert(rdl_try_recv(ch, v, &ok));
    return ok;
}

static bool recv_select_1(rdl_chan *ch, int *v) {
    rdl_case c = RDL_CASE_RECV(ch, v);
    cr_assert_eq(rdl_select(&c, 1), 0);
    return c.ok;
}

static bool recv_select_default(rdl_chan *ch, int *v) {
    rdl_case c[] = {RDL_CASE_DEFAULT, RDL_CASE_RECV(ch, v)};
    cr_assert_eq(rdl_select(c, 2), 1);
    return c[1].ok;
}

static bool recv_select_3(rdl_chan *ch, int *v) {
    rdl_chan *idle = RDL_CHAN(int, 0);
    rdl_case c[] = {RDL_CASE_RECV(idle, NULL), RDL_CASE_RECV(ch, v), RDL_CASE_RECV(NULL, NULL)};
    cr_assert_eq(rdl_select(c, 3), 1);
    rdl_chan_free(idle);
    return c[1].ok;
}

static bool recv_select_timeout(rdl_chan *ch, int *v) {
    rdl_case c[] = {RDL_CASE_TIMEOUT(0), RDL_CASE_RECV(ch, v)};
    cr_assert_eq(rdl_select(c, 2), 1);
    return c[1].ok;
}

typedef bool receive_form(rdl_chan *ch, int *v);
static receive_form *const receive_forms[] = {
    recv_plain,          recv_sized,    recv_try,           recv_select_1,
    recv_select_default, recv_select_3, recv_select_timeout};
#define N_FORMS (sizeof(receive_forms) / sizeof(*receive_forms))

Test(chan_programs, CH_15_CH_18_CH_20_CH_26_SE_09_closed_for_every_form_of_receive) {
    for (size_t capacity = 0; capacity < 3; capacity++) {
        for (size_t form = 0; form < N_FORMS; form++) {
            rdl_chan *ch = RDL_CHAN(int, capacity);
            int v;
            for (int i = 0; i < (int)capacity; i++) {
                rdl_send(ch, &i);
            }
            rdl_close(ch);
            for (int i = 0; i < (int)capacity; i++) {
                v = -1;
                cr_assert(receive_forms[form](ch, &v));
                cr_assert_eq(v, i);
            }
            for (int i = 0; i < 2; i++) {
                v = -1;
                cr_assert_not(receive_forms[form](ch, &v));
                cr_assert_eq(v, 0);
            }
            rdl_chan_free(ch);
        }
    }
}

static void send_form_plain(void *ch) {
    RDL_SEND_VALUE(ch, 1);
}

static void send_form_try(void *ch) {
    int v = 1;
    rdl_try_send(ch, &v);
}

static void send_form_select_1(void *ch) {
    int v = 1;
    rdl_case c = RDL_CASE_SEND(ch, &v);
    rdl_select(&c, 1);
}

static void send_form_select_default(void *ch) {
    int v = 1;
    rdl_case c[] = {RDL_CASE_SEND(ch, &v), RDL_CASE_DEFAULT};
    rdl_select(c, 2);
}

static void send_form_select_2(void *ch) {
    rdl_chan *idle = RDL_CHAN(int, 0);
    int v = 1;
    rdl_case c[] = {RDL_CASE_RECV(idle, NULL), RDL_CASE_SEND(ch, &v)};
    rdl_select(c, 2);
}

static void close_again(void *ch) {
    rdl_close(ch);
}

Test(chan_programs, CH_19_CH_21_SE_08_closed_for_every_form_of_send) {
    static void (*const forms[])(void *) = {send_form_plain, send_form_try, send_form_select_1,
                                            send_form_select_default, send_form_select_2};
    for (size_t capacity = 0; capacity < 3; capacity++) {
        rdl_chan *ch = RDL_CHAN(int, capacity);
        rdl_panic_info info;
        rdl_close(ch);
        for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
            cr_assert_not(rdl_try(forms[i], ch, &info));
            cr_assert_str_eq(info.message, "send on closed channel");
            cr_assert_eq(rdl_chan_len(ch), 0);
        }
        cr_assert_not(rdl_try(close_again, ch, &info));
        cr_assert_str_eq(info.message, "close of closed channel");
        rdl_chan_free(ch);
    }
}

/* -- capacities -- */

Test(chan_programs, CH_01_CH_27_capacity_and_length) {
    static const size_t sizes[] = {0, 1, 2, 8, 1024};
    for (size_t s = 0; s < 5; s++) {
        for (size_t capacity = 0; capacity < 100; capacity += 11) {
            rdl_chan *ch = rdl_chan_make(sizes[s], capacity);
            cr_assert_eq(rdl_chan_cap(ch), capacity);
            cr_assert_eq(rdl_chan_len(ch), 0);
            rdl_chan_free(ch);
        }
    }
}

Test(chan_programs, CH_04_elements_without_bytes_any_number) {
    rdl_chan *ch = rdl_chan_make(0, SIZE_MAX);
    cr_assert_eq(rdl_chan_cap(ch), SIZE_MAX);
    for (int i = 0; i < 1000; i++) {
        cr_assert(rdl_try_send(ch, NULL));
        cr_assert(rdl_try_send(ch, NULL));
        cr_assert(rdl_try_recv(ch, NULL, NULL));
    }
    cr_assert_eq(rdl_chan_len(ch), 1000);
    rdl_close(ch);
    for (int i = 0; i < 1000; i++) {
        cr_assert(rdl_recv(ch, NULL));
    }
    cr_assert_not(rdl_recv(ch, NULL));
    rdl_chan_free(ch);
}

/* -- n waiters cost n, those of selects that leave included -- */

#define WAITERS 30000

static void wait_on_either(void *arg) {
    const struct job *j = arg;
    rdl_case c[] = {RDL_CASE_RECV(j->ch, NULL), RDL_CASE_RECV(j->got, NULL)};
    rdl_select(c, 2);
}

static double cpu_s(void) {
    return (double)clock() / CLOCKS_PER_SEC;
}

/* If each searched its queue for itself, this would be 450 million steps through cold memory. */
Test(chan_programs, CH_12_SE_14_many_waiters_leave_in_linear_time) {
    struct job j = {.ch = RDL_CHAN(int, 0), .got = RDL_CHAN(int, 0)};
    rdl_waitgroup left = {0};
    for (int i = 0; i < WAITERS; i++) {
        rdl_waitgroup_go(&left, wait_on_either, &j);
    }
    let_others_park();
    double start = cpu_s();
    rdl_close(j.got);
    rdl_waitgroup_wait(&left);
    cr_assert_lt(cpu_s() - start, 4.0);
    rdl_chan_free(j.ch); /* nobody is left in it */
}

/* -- one order of all operations, consistent with time -- */

#define STAMPED 3000

struct stamped {
    long begin, end;
    int value;
};

struct recorder {
    rdl_chan *ch;
    atomic_long clock;
    atomic_int n;
    struct stamped ops[STAMPED];
};

static void record_receives(void *arg) {
    struct recorder *r = arg;
    for (;;) {
        struct stamped s = {.begin = atomic_fetch_add(&r->clock, 1)};
        if (!rdl_recv(r->ch, &s.value)) {
            return;
        }
        s.end = atomic_fetch_add(&r->clock, 1);
        r->ops[atomic_fetch_add(&r->n, 1)] = s;
    }
}

static int by_begin(const void *a, const void *b) {
    const struct stamped *x = a, *y = b;
    return (x->begin > y->begin) - (x->begin < y->begin);
}

static int by_end(const void *a, const void *b) {
    const struct stamped *x = a, *y = b;
    return (x->end > y->end) - (x->end < y->end);
}

/* A receive that ended before another began has the smaller value: one sender counts up. */
static void check_order(struct stamped *ops) {
    static struct stamped ended[STAMPED];
    int largest = -1, k = 0;
    memcpy(ended, ops, sizeof(ended));
    qsort(ops, STAMPED, sizeof(*ops), by_begin);
    qsort(ended, STAMPED, sizeof(*ended), by_end);
    for (int i = 0; i < STAMPED; i++) {
        for (; k < STAMPED && ended[k].end < ops[i].begin; k++) {
            largest = ended[k].value > largest ? ended[k].value : largest;
        }
        cr_assert_gt(ops[i].value, largest);
    }
}

Test(chan_programs, CH_11_CH_28_receives_are_ordered_as_time_is) {
    static struct recorder r;
    static const size_t capacities[] = {0, 1, 16};
    rdl_maxprocs(4);
    for (size_t c = 0; c < 3; c++) {
        rdl_waitgroup receivers = {0};
        r.ch = RDL_CHAN(int, capacities[c]);
        atomic_store(&r.n, 0);
        for (int i = 0; i < 4; i++) {
            rdl_waitgroup_go(&receivers, record_receives, &r);
        }
        for (int i = 0; i < STAMPED; i++) {
            rdl_send(r.ch, &i);
        }
        rdl_close(r.ch);
        rdl_waitgroup_wait(&receivers);
        cr_assert_eq(atomic_load(&r.n), STAMPED);
        check_order(r.ops);
        rdl_chan_free(r.ch);
    }
}

/* -- a parked peer is written and read where it lies, deep in its stack -- */

static int receive_deep(rdl_chan *ch, int depth) {
    volatile char room[512];
    int v = 0;
    room[0] = (char)depth;
    if (depth == 0) {
        rdl_recv(ch, &v);
        return v;
    }
    v = receive_deep(ch, depth - 1);
    return v + (room[0] != (char)depth);
}

static void go_deep(void *arg) {
    const struct job *j = arg;
    int v = receive_deep(j->ch, j->n);
    rdl_send(j->got, &v);
}

Test(chan_programs, CH_06_CH_09_parked_peers_are_served_in_place) {
    struct job j = {RDL_CHAN(int, 0), RDL_CHAN(int, 100), 0};
    for (j.n = 0; j.n < 100; j.n++) {
        rdl_go_copy(go_deep, &j, sizeof(j));
    }
    let_others_park();
    for (int i = 0; i < 100; i++) {
        RDL_SEND_VALUE(j.ch, 1000);
    }
    for (int i = 0; i < 100; i++) {
        cr_assert_eq(RDL_RECV_VALUE(j.got, int), 1000);
    }
}
