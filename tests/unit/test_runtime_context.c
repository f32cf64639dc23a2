/* Contexts: the tree, its cancellations, deadlines, values and functions [SEMANTICS 14]. */
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "context.h"

#define CANCELED "context canceled"
#define EXCEEDED "context deadline exceeded"

/* -- the roots -- */

Test(context, CX_01_CX_02_background_is_never_done) {
    rdl_time t;
    rdl_ctx *background = rdl_ctx_background();
    cr_assert_eq(background, rdl_ctx_background());
    cr_assert_null(rdl_ctx_done(background));
    cr_is_live(background);
    cr_assert_not(rdl_ctx_deadline(background, &t));
    cr_assert_null(rdl_ctx_value(background, &t));
    rdl_ctx_unref(rdl_ctx_ref(background));
    rdl_ctx_free(background);
    rdl_ctx_free(NULL);
    cr_is_live(background);
}

static rdl_ctx *made[16];

static void make_each(rdl_ctx *parent) {
    static const char key;
    made[0] = rdl_ctx_with_cancel(parent);
    made[1] = rdl_ctx_with_timeout(parent, RDL_HOUR);
    made[2] = rdl_ctx_with_timeout_cause(parent, RDL_HOUR, "late");
    made[3] = rdl_ctx_with_deadline(parent, INT64_MAX);
    made[4] = rdl_ctx_with_deadline_cause(parent, rdl_now() + RDL_HOUR, "late");
    made[5] = rdl_ctx_with_value(parent, &key, NULL);
    made[6] = rdl_ctx_without_cancel(parent);
}

static void free_each(void) {
    for (int i = 0; i < 7; i++) {
        rdl_ctx_free(made[i]);
    }
}

static void nil_parent_cancel(void *unused) {
    (void)unused;
    (void)rdl_ctx_with_cancel(NULL);
}

static void nil_parent_timeout(void *unused) {
    (void)unused;
    (void)rdl_ctx_with_timeout(NULL, 1);
}

static void nil_parent_value(void *unused) {
    (void)unused;
    (void)rdl_ctx_with_value(NULL, "key", NULL);
}

static void nil_parent_without(void *unused) {
    (void)unused;
    (void)rdl_ctx_without_cancel(NULL);
}

static void nil_key(void *ctx) {
    (void)rdl_ctx_with_value(ctx, NULL, NULL);
}

static void cancel_it(void *ctx) {
    rdl_ctx_cancel(ctx);
}

static void cancel_cause_it(void *ctx) {
    rdl_ctx_cancel_cause(ctx, "why");
}

static void close_done(void *ctx) {
    rdl_close(rdl_ctx_done(ctx));
}

static void send_done(void *ctx) {
    rdl_send(rdl_ctx_done(ctx), NULL);
}

static void free_done(void *ctx) {
    rdl_chan_free(rdl_ctx_done(ctx));
}

static void err_of_null(void *unused) {
    (void)unused;
    (void)rdl_ctx_err(NULL);
}

Test(context, CX_01_CX_10_TX_19_misuse_panics) {
    rdl_ctx *value = rdl_ctx_with_value(rdl_ctx_background(), "key", NULL);
    rdl_ctx *cancel = rdl_ctx_with_cancel(value);
    const struct {
        void (*call)(void *);
        rdl_ctx *ctx;
        const char *text;
    } cases[] = {
        {nil_parent_cancel, NULL, "cannot create context from nil parent"},
        {nil_parent_timeout, NULL, "cannot create context from nil parent"},
        {nil_parent_value, NULL, "cannot create context from nil parent"},
        {nil_parent_without, NULL, "cannot create context from nil parent"},
        {nil_key, value, "nil key"},
        {cancel_it, value, "rdl: cancel of a context that has no cancel"},
        {cancel_cause_it, rdl_ctx_background(), "rdl: cancel of a context that has no cancel"},
        {close_done, cancel, "rdl: close of the done channel of a context"},
        {send_done, cancel, "rdl: send on the done channel of a context"},
        {free_done, cancel, "rdl: free of a channel that belongs to a timer or a context"},
        {err_of_null, NULL, "rdl: NULL handle"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        rdl_panic_info info;
        cr_assert_not(rdl_try(cases[i].call, cases[i].ctx, &info));
        cr_assert_str_eq(info.message, cases[i].text);
    }
    rdl_ctx_free(cancel);
    rdl_ctx_free(value);
}

/* -- cancelling -- */

Test(context, CX_02_CX_03_done_and_err) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_chan *done = rdl_ctx_done(ctx);
    cr_assert_not_null(done);
    cr_is_live(ctx);
    rdl_ctx_cancel(ctx);
    cr_assert_eq(rdl_ctx_done(ctx), done);
    cr_is_done(ctx, RDL_CANCELED, CANCELED);
    cr_is_done(ctx, RDL_CANCELED, CANCELED);
    rdl_ctx_free(ctx);
}

Test(context, CX_02_done_asked_for_late_is_closed_and_stays_the_same) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_ctx_cancel(ctx);
    rdl_chan *done = rdl_ctx_done(ctx);
    cr_assert(is_closed(done));
    cr_assert_eq(rdl_ctx_done(ctx), done);
    rdl_ctx_free(ctx);
}

Test(context, CX_04_the_first_cancel_wins) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_ctx_cancel_cause(ctx, "first");
    rdl_ctx_cancel_cause(ctx, "second");
    rdl_ctx_cancel(ctx);
    cr_is_done(ctx, RDL_CANCELED, "first");
    rdl_ctx_free(ctx);
}

static void recv_done(void *ctx) {
    (void)rdl_recv(rdl_ctx_done(ctx), NULL);
    rdl_ctx_unref(ctx);
}

Test(context, CX_05_a_cancel_reaches_all_below) {
    rdl_ctx *root = rdl_ctx_with_cancel(rdl_ctx_background());
    static char key;
    rdl_ctx *middle = rdl_ctx_with_value(root, &key, &key);
    make_each(middle);
    rdl_waitgroup wg = {0};
    for (int i = 0; i < 6; i++) {
        rdl_waitgroup_go(&wg, recv_done, rdl_ctx_ref(made[i]));
    }
    let_others_park();
    rdl_ctx_cancel(root);
    for (int i = 0; i < 6; i++) {
        cr_is_done(made[i], RDL_CANCELED, CANCELED);
    }
    cr_is_live(made[6]);
    rdl_waitgroup_wait(&wg);
    free_each();
    rdl_ctx_free(middle);
    rdl_ctx_free(root);
}

Test(context, CX_05_CX_06_a_cancel_reaches_nothing_above_or_beside) {
    rdl_ctx *root = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_ctx *left = rdl_ctx_with_cancel(root);
    rdl_ctx *right = rdl_ctx_with_cancel(root);
    rdl_ctx_cancel(left);
    cr_is_done(left, RDL_CANCELED, CANCELED);
    cr_is_live(root);
    cr_is_live(right);
    rdl_ctx_free(left);
    rdl_ctx_cancel(root);
    cr_is_done(right, RDL_CANCELED, CANCELED);
    rdl_ctx_free(root);
    rdl_ctx_free(right);
}

/* Two cancels of one tree: whoever returns finds all below his own done. */
struct pair {
    rdl_ctx *upper, *lower, *leaf;
    rdl_chan *start;
    _Atomic int wrong;
};

static void cancel_lower(void *arg) {
    struct pair *p = arg;
    (void)rdl_recv(p->start, NULL);
    rdl_ctx_cancel(p->lower);
    if (rdl_ctx_err(p->leaf) == 0 || !is_closed(rdl_ctx_done(p->leaf))) {
        atomic_fetch_add(&p->wrong, 1);
    }
}

static void cancel_upper(void *arg) {
    struct pair *p = arg;
    (void)rdl_recv(p->start, NULL);
    rdl_ctx_cancel(p->upper);
    if (rdl_ctx_err(p->leaf) == 0 || !is_closed(rdl_ctx_done(p->leaf))) {
        atomic_fetch_add(&p->wrong, 1);
    }
}

Test(context, CX_05_whoever_comes_second_waits_for_the_first) {
    for (int round = 0; round < 200; round++) {
        struct pair p = {.upper = rdl_ctx_with_cancel(rdl_ctx_background())};
        rdl_ctx *chain[20];
        p.start = rdl_chan_make(0, 0);
        p.lower = rdl_ctx_with_cancel(p.upper);
        rdl_ctx *above = p.lower;
        for (int i = 0; i < 20; i++) {
            above = chain[i] = rdl_ctx_with_cancel(above);
        }
        p.leaf = above;
        rdl_waitgroup wg = {0};
        rdl_waitgroup_go(&wg, cancel_upper, &p);
        rdl_waitgroup_go(&wg, cancel_lower, &p);
        rdl_close(p.start);
        rdl_waitgroup_wait(&wg);
        cr_assert_eq(p.wrong, 0);
        for (int i = 0; i < 20; i++) {
            rdl_ctx_free(chain[i]);
        }
        rdl_ctx_free(p.upper);
        rdl_ctx_free(p.lower);
        rdl_chan_free(p.start);
    }
}

Test(context, CX_07_born_done) {
    rdl_ctx *root = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_ctx_cancel_cause(root, "early");
    make_each(root);
    for (int i = 0; i < 6; i++) {
        cr_is_done(made[i], RDL_CANCELED, "early");
    }
    rdl_ctx *below = rdl_ctx_with_timeout(made[0], -1);
    cr_is_done(below, RDL_CANCELED, "early");
    rdl_ctx_cancel_cause(below, "too late");
    cr_is_done(below, RDL_CANCELED, "early");
    rdl_ctx_free(root);
    free_each();
    cr_is_done(below, RDL_CANCELED, "early");
    rdl_ctx_free(below);
}

/* -- deadlines -- */

Test(context, CX_08_a_deadline_ends_it) {
    rdl_time start = rdl_now();
    rdl_ctx *ctx = rdl_ctx_with_timeout(rdl_ctx_background(), 3 * MS);
    rdl_ctx *below = rdl_ctx_with_cancel(ctx);
    rdl_ctx *later = rdl_ctx_with_timeout(ctx, RDL_HOUR);
    (void)rdl_recv(rdl_ctx_done(below), NULL);
    cr_assert_geq(rdl_now() - start, 3 * MS);
    cr_is_done(below, RDL_DEADLINE_EXCEEDED, EXCEEDED);
    cr_is_done(ctx, RDL_DEADLINE_EXCEEDED, EXCEEDED);
    cr_is_done(later, RDL_DEADLINE_EXCEEDED, EXCEEDED);
    rdl_ctx_cancel(ctx);
    cr_is_done(ctx, RDL_DEADLINE_EXCEEDED, EXCEEDED);
    rdl_ctx_free(below);
    rdl_ctx_free(ctx);
    rdl_ctx_free(later);
}

Test(context, CX_08_a_past_deadline_is_done_on_return) {
    const rdl_duration past[] = {0, -1, INT64_MIN};
    for (int i = 0; i < 3; i++) {
        rdl_ctx *ctx = rdl_ctx_with_timeout(rdl_ctx_background(), past[i]);
        cr_is_done(ctx, RDL_DEADLINE_EXCEEDED, EXCEEDED);
        rdl_ctx_free(ctx);
    }
    rdl_ctx *ctx = rdl_ctx_with_deadline(rdl_ctx_background(), rdl_now());
    cr_is_done(ctx, RDL_DEADLINE_EXCEEDED, EXCEEDED);
    rdl_ctx_free(ctx);
}

Test(context, CX_08_CX_09_the_earlier_deadline_counts) {
    rdl_time t1 = rdl_now() + RDL_HOUR, t;
    rdl_ctx *outer = rdl_ctx_with_deadline(rdl_ctx_background(), t1);
    rdl_ctx *longer = rdl_ctx_with_deadline(outer, t1 + 1);
    rdl_ctx *shorter = rdl_ctx_with_deadline(longer, t1 - 1);
    rdl_ctx *value = rdl_ctx_with_value(shorter, "key", NULL);
    rdl_ctx *plain = rdl_ctx_with_cancel(value);
    cr_assert(rdl_ctx_deadline(outer, &t) && t == t1);
    cr_assert(rdl_ctx_deadline(longer, &t) && t == t1);
    cr_assert(rdl_ctx_deadline(value, &t) && t == t1 - 1);
    cr_assert(rdl_ctx_deadline(plain, &t) && t == t1 - 1);
    rdl_ctx_cancel(shorter);
    cr_assert(rdl_ctx_deadline(plain, &t) && t == t1 - 1, "it stays what it is");
    rdl_ctx_free(plain);
    rdl_ctx_free(value);
    rdl_ctx_free(shorter);
    rdl_ctx_free(longer);
    rdl_ctx_free(outer);
}

Test(context, CX_06_CX_08_cancelled_before_its_deadline) {
    for (int i = 0; i < 300; i++) {
        rdl_ctx *ctx = rdl_ctx_with_timeout(rdl_ctx_background(), i % 10 * 5 * RDL_MICROSECOND);
        rdl_yield();
        rdl_ctx_cancel(ctx);
        int err = rdl_ctx_err(ctx);
        cr_assert(err == RDL_CANCELED || err == RDL_DEADLINE_EXCEEDED);
        rdl_ctx_free(ctx);
    }
}

Test(context, CX_16_the_two_errors_differ) {
    cr_assert_neq((int)RDL_CANCELED, (int)RDL_DEADLINE_EXCEEDED);
    rdl_ctx *ctx = rdl_ctx_with_timeout(rdl_ctx_background(), -1);
    cr_assert_eq(rdl_ctx_err(ctx), RDL_DEADLINE_EXCEEDED);
    rdl_ctx_free(ctx);
}

/* -- values -- */

Test(context, CX_10_values) {
    static char a, b, other;
    int one = 1, two = 2, three = 3;
    rdl_ctx *outer = rdl_ctx_with_value(rdl_ctx_background(), &a, &one);
    rdl_ctx *cancel = rdl_ctx_with_cancel(outer);
    rdl_ctx *inner = rdl_ctx_with_value(cancel, &b, &two);
    rdl_ctx *shadow = rdl_ctx_with_value(inner, &a, &three);
    cr_assert_eq(rdl_ctx_value(inner, &a), &one);
    cr_assert_eq(rdl_ctx_value(shadow, &a), &three);
    cr_assert_eq(rdl_ctx_value(shadow, &b), &two);
    cr_assert_null(rdl_ctx_value(shadow, &other));
    cr_assert_null(rdl_ctx_value(outer, &b));
    cr_assert_eq(rdl_ctx_done(shadow), rdl_ctx_done(cancel));
    cr_assert_null(rdl_ctx_done(outer));
    rdl_ctx_cancel(cancel);
    cr_assert_eq(rdl_ctx_value(shadow, &b), &two);
    cr_is_done(shadow, RDL_CANCELED, CANCELED);
    rdl_ctx_free(outer);
    rdl_ctx_free(cancel);
    rdl_ctx_free(inner);
    cr_assert_eq(rdl_ctx_value(shadow, &b), &two, "a child keeps its parents");
    rdl_ctx_free(shadow);
}

/* -- causes -- */

Test(context, CX_11_causes) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    char text[] = "no more milk";
    cr_assert_null(rdl_ctx_cause(ctx));
    rdl_ctx_cancel_cause(ctx, text);
    text[0] = 'X';
    cr_is_done(ctx, RDL_CANCELED, "no more milk");
    rdl_ctx_free(ctx);
    ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_ctx_cancel_cause(ctx, NULL);
    cr_is_done(ctx, RDL_CANCELED, CANCELED);
    rdl_ctx_free(ctx);
}

Test(context, CX_12_a_deadlines_cause_counts_only_if_it_fires) {
    rdl_ctx *fires = rdl_ctx_with_timeout_cause(rdl_ctx_background(), MS, "too slow");
    rdl_ctx *below = rdl_ctx_with_cancel(fires);
    rdl_ctx *past = rdl_ctx_with_deadline_cause(rdl_ctx_background(), 1, "long ago");
    rdl_ctx *cancelled = rdl_ctx_with_timeout_cause(rdl_ctx_background(), RDL_HOUR, "too slow");
    rdl_ctx_cancel(cancelled);
    (void)rdl_recv(rdl_ctx_done(fires), NULL);
    cr_is_done(fires, RDL_DEADLINE_EXCEEDED, "too slow");
    cr_is_done(below, RDL_DEADLINE_EXCEEDED, "too slow");
    cr_is_done(past, RDL_DEADLINE_EXCEEDED, "long ago");
    cr_is_done(cancelled, RDL_CANCELED, CANCELED);
    rdl_ctx_free(fires);
    rdl_ctx_free(below);
    rdl_ctx_free(past);
    rdl_ctx_free(cancelled);
}

Test(context, CX_13_causes_go_down_and_a_first_one_stays) {
    rdl_ctx *root = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_ctx *first = rdl_ctx_with_cancel(root);
    rdl_ctx *plain = rdl_ctx_with_cancel(root);
    rdl_ctx *second = rdl_ctx_with_value(plain, "key", NULL);
    rdl_ctx_free(rdl_ctx_with_cancel(plain));
    rdl_ctx *third = rdl_ctx_with_cancel(second);
    rdl_ctx_cancel_cause(first, "mine");
    rdl_ctx_cancel_cause(root, "theirs");
    cr_is_done(first, RDL_CANCELED, "mine");
    cr_is_done(second, RDL_CANCELED, "theirs");
    rdl_ctx_free(root);
    cr_is_done(third, RDL_CANCELED, "theirs");
    rdl_ctx_free(first);
    rdl_ctx_free(plain);
    rdl_ctx_free(second);
    rdl_ctx_free(third);
}

Test(context, CX_14_without_cancel) {
    static char key;
    rdl_time t;
    rdl_ctx *root = rdl_ctx_with_timeout(rdl_ctx_background(), RDL_HOUR);
    rdl_ctx *value = rdl_ctx_with_value(root, &key, &key);
    rdl_ctx *without = rdl_ctx_without_cancel(value);
    rdl_ctx *below = rdl_ctx_with_cancel(without);
    rdl_ctx_cancel_cause(root, "why");
    cr_is_live(without);
    cr_is_live(below);
    cr_assert_null(rdl_ctx_done(without));
    cr_assert_not(rdl_ctx_deadline(without, &t));
    cr_assert_not(rdl_ctx_deadline(below, &t));
    cr_assert_eq(rdl_ctx_value(below, &key), &key);
    rdl_ctx_cancel(below);
    cr_is_done(below, RDL_CANCELED, CANCELED);
    rdl_ctx_free(root);
    rdl_ctx_free(value);
    rdl_ctx_free(without);
    rdl_ctx_free(below);
}

/* -- the whole -- */

Test(context, CX_17_deriving_makes_no_task) {
    enum { N = 1000 };
    static rdl_ctx *all[N];
    rdl_ctx *root = rdl_ctx_with_cancel(rdl_ctx_background());
    size_t before = rdl_num_tasks();
    for (int i = 0; i < N; i++) {
        rdl_ctx *parent = i == 0 ? root : all[i / 2];
        all[i] = i % 3 == 0   ? rdl_ctx_with_cancel(parent)
                 : i % 3 == 1 ? rdl_ctx_with_timeout(parent, RDL_HOUR)
                              : rdl_ctx_with_value(parent, "key", NULL);
        (void)rdl_ctx_done(all[i]);
    }
    cr_assert_eq(rdl_num_tasks(), before);
    rdl_ctx_cancel(root);
    cr_assert_eq(rdl_num_tasks(), before);
    for (int i = 0; i < N; i++) {
        cr_is_done(all[i], RDL_CANCELED, CANCELED);
        rdl_ctx_free(all[i]);
    }
    rdl_ctx_free(root);
}

Test(context, CX_05_CX_06_a_chain_of_a_million, .timeout = 60) {
    enum { N = 1000000 };
    rdl_ctx **chain = malloc(N * sizeof(*chain));
    rdl_ctx *above = rdl_ctx_background();
    for (int i = 0; i < N; i++) {
        above = chain[i] = rdl_ctx_with_cancel(above);
    }
    rdl_ctx_cancel(chain[0]);
    cr_is_done(chain[N - 1], RDL_CANCELED, CANCELED);
    for (int i = 0; i < N; i++) {
        rdl_ctx_free(chain[i]);
    }
    free(chain);
}

/* [testLayers] A random chain; one of it ends, and so do all below, and none above. */
enum { LAYERS = 30 };

static rdl_ctx *layer(rdl_ctx *parent, int kind) {
    switch (kind) {
    case 0:
        return rdl_ctx_with_cancel(parent);
    case 1:
        return rdl_ctx_with_timeout(parent, RDL_HOUR);
    default:
        return rdl_ctx_with_value(parent, "layer", parent);
    }
}

static void test_layers(unsigned seed, bool times_out) {
    rdl_ctx *chain[LAYERS + 1];
    int kinds[LAYERS + 1];
    int n_cancel = 0;
    chain[0] = rdl_ctx_background();
    for (int i = 1; i <= LAYERS; i++) {
        kinds[i] = i == LAYERS ? 0 : (int)(rand_r(&seed) % 3);
        chain[i] = layer(chain[i - 1], kinds[i]);
        n_cancel += kinds[i] < 2;
    }
    int nth = (int)(rand_r(&seed) % (unsigned)n_cancel), ends = 0;
    for (int i = 1, seen = 0; i <= LAYERS && ends == 0; i++) {
        ends = kinds[i] < 2 && seen++ == nth ? i : 0;
    }
    rdl_ctx *extra = NULL;
    if (times_out) {
        extra = rdl_ctx_with_timeout(chain[ends], MS);
        rdl_ctx *below = rdl_ctx_with_value(extra, "below", &ends);
        (void)rdl_recv(rdl_ctx_done(below), NULL);
        cr_is_done(below, RDL_DEADLINE_EXCEEDED, EXCEEDED);
        cr_assert_eq(rdl_ctx_value(below, "below"), &ends);
        rdl_ctx_free(below);
    }
    for (int i = 1; i <= LAYERS; i++) {
        cr_is_live(chain[i]);
    }
    rdl_ctx_cancel(chain[ends]);
    for (int i = 1; i <= LAYERS; i++) {
        bool above = i < ends;
        if (above) {
            cr_is_live(chain[i]);
        } else {
            cr_is_done(chain[i], RDL_CANCELED, CANCELED);
        }
    }
    rdl_ctx_free(extra);
    for (int i = 1; i <= LAYERS; i++) {
        rdl_ctx_free(chain[i]);
    }
}

Test(context, CX_18_testLayers) {
    for (unsigned seed = 1; seed <= 100; seed++) {
        test_layers(seed, seed % 4 == 0);
    }
}

static void recv_and_count(void *arg) {
    rdl_ctx *ctx = arg;
    (void)rdl_recv(rdl_ctx_done(ctx), NULL);
}

Test(context, CX_18_testSimultaneousCancels) {
    enum { N = 1000 };
    static rdl_ctx *all[2 * N];
    int n = 0;
    rdl_ctx *root = all[n++] = rdl_ctx_with_cancel(rdl_ctx_background());
    for (int i = 0; i < 2 * N - 1 && n < N; i++) { /* a tree: every node gets two children */
        all[n++] = rdl_ctx_with_cancel(i == 0 ? root : all[i]);
        all[n++] = rdl_ctx_with_cancel(i == 0 ? root : all[i]);
    }
    rdl_waitgroup cancels = {0}, waits = {0};
    for (int i = 0; i < n; i++) {
        rdl_waitgroup_go(&waits, recv_and_count, all[i]);
        rdl_waitgroup_go(&cancels, cancel_it, all[i]);
    }
    rdl_waitgroup_wait(&cancels);
    rdl_waitgroup_wait(&waits);
    for (int i = 0; i < n; i++) {
        cr_is_done(all[i], RDL_CANCELED, CANCELED);
        rdl_ctx_free(all[i]);
    }
}

struct interlocked {
    rdl_ctx *parent, *child;
};

static void cancel_child_when_parent_is_done(void *arg) {
    struct interlocked *i = arg;
    (void)rdl_recv(rdl_ctx_done(i->parent), NULL);
    rdl_ctx_cancel(i->child);
}

Test(context, CX_18_testInterlockedCancels) {
    for (int round = 0; round < 300; round++) {
        struct interlocked i;
        i.parent = rdl_ctx_with_cancel(rdl_ctx_background());
        i.child = rdl_ctx_with_cancel(i.parent);
        rdl_waitgroup wg = {0};
        rdl_waitgroup_go(&wg, cancel_child_when_parent_is_done, &i);
        rdl_waitgroup_go(&wg, cancel_it, i.parent);
        (void)rdl_recv(rdl_ctx_done(i.child), NULL);
        rdl_waitgroup_wait(&wg);
        rdl_ctx_free(i.parent);
        rdl_ctx_free(i.child);
    }
}

/* -- references -- */

Test(context, CX_06_free_wakes_who_waits) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_waitgroup wg = {0};
    for (int i = 0; i < 10; i++) {
        rdl_waitgroup_go(&wg, recv_done, rdl_ctx_ref(ctx));
    }
    let_others_park();
    rdl_ctx_free(ctx);
    rdl_waitgroup_wait(&wg);
}

Test(context, CX_06_a_borrowed_done_channel_outlives_nobody_parked) {
    for (int i = 0; i < 100; i++) {
        rdl_ctx *ctx = rdl_ctx_with_timeout(rdl_ctx_background(), RDL_HOUR);
        rdl_waitgroup wg = {0};
        rdl_waitgroup_go(&wg, recv_done, rdl_ctx_ref(ctx));
        rdl_ctx_free(ctx);
        rdl_waitgroup_wait(&wg);
    }
}

Test(context, CX_06_the_last_reference_cancels) {
    static _Atomic int n;
    rdl_ctx *root = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_ctx *child = rdl_ctx_with_cancel(root);
    rdl_ctx_after_func(child, count_up, (void *)&n);
    rdl_ctx_unref(child);
    await_count(&n, 1);
    rdl_ctx_free(root);
}

static void derive_and_free(void *root) {
    for (int i = 0; i < 300; i++) {
        rdl_ctx *a = rdl_ctx_with_cancel(root);
        rdl_ctx *b = rdl_ctx_with_timeout(a, i % 4 * RDL_MICROSECOND);
        rdl_ctx *c = rdl_ctx_with_value(b, "key", a);
        rdl_chan *done = i % 2 ? rdl_ctx_done(c) : NULL;
        if (i % 3 == 0) {
            rdl_ctx_cancel(a);
        } else if (done != NULL && i % 4 != 3) {
            (void)rdl_recv(done, NULL);
        }
        rdl_ctx_free(i % 2 ? a : c);
        rdl_ctx_free(b);
        rdl_ctx_free(i % 2 ? c : a);
    }
}

Test(context, CX_17_many_derive_cancel_and_free_in_one_tree) {
    rdl_ctx *root = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_waitgroup wg = {0};
    for (int g = 0; g < 8; g++) {
        rdl_waitgroup_go(&wg, derive_and_free, root);
    }
    rdl_waitgroup_wait(&wg);
    cr_is_live(root);
    rdl_ctx_free(root);
}
