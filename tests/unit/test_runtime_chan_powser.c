/* Power series as goroutines: a stream gives one coefficient for each request [CH-28, SE-05].
 *
 * Demand and data are two unbuffered channels. A splitter serves two readers at their own pace, with
 * cases that are switched off by NULL channels; tan x is defined by itself, through a splitter:
 *
 *     tan x = the integral of 1 + tan² x
 */
#include <criterion/criterion.h>

#include "test_runtime.h"

#define TERMS 10

struct rational {
    long long num, den;
};

struct stream {
    rdl_chan *request, *data;
};

static struct rational reduced(long long num, long long den) {
    long long a = num < 0 ? -num : num, b = den;
    while (b != 0) {
        long long rest = a % b;
        a = b;
        b = rest;
    }
    return a == 0 ? (struct rational){0, 1} : (struct rational){num / a, den / a};
}

static struct rational sum(struct rational x, struct rational y) {
    return reduced(x.num * y.den + y.num * x.den, x.den * y.den);
}

static struct rational product(struct rational x, struct rational y) {
    return reduced(x.num * y.num, x.den * y.den);
}

static struct stream new_stream(void) {
    return (struct stream){rdl_chan_make(0, 0), RDL_CHAN(struct rational, 0)};
}

static struct rational get(struct stream s) {
    rdl_send(s.request, NULL);
    return RDL_RECV_VALUE(s.data, struct rational);
}

/* One goroutine per operation: what it reads, what it makes, and a number of its own. */
struct operation {
    struct stream in[2], out;
    struct stream out_2; /* of a splitter */
    int k;
};

/* Answers one request. */
static void put(const struct operation *op, struct rational r) {
    rdl_recv(op->out.request, NULL);
    rdl_send(op->out.data, &r);
}

static struct stream start(void (*fn)(void *), struct stream a, struct stream b, int k) {
    struct operation op = {{a, b}, new_stream(), {NULL, NULL}, k};
    rdl_go_copy(fn, &op, sizeof(op));
    return op.out;
}

static void run_exp(void *arg) { /* of k x: k^n / n! */
    const struct operation *op = arg;
    struct rational r = {1, 1};
    for (int n = 1;; n++) {
        put(op, r);
        r = n < TERMS ? reduced(r.num * op->k, r.den * n) : (struct rational){0, 1};
    }
}

static void run_add(void *arg) {
    const struct operation *op = arg;
    for (;;) {
        rdl_recv(op->out.request, NULL);
        struct rational r = sum(get(op->in[0]), get(op->in[1]));
        rdl_send(op->out.data, &r);
    }
}

static void run_multiply(void *arg) {
    const struct operation *op = arg;
    struct rational f[TERMS + 1], g[TERMS + 1];
    for (int n = 0; n <= TERMS; n++) {
        struct rational r = {0, 1};
        rdl_recv(op->out.request, NULL);
        f[n] = get(op->in[0]);
        g[n] = get(op->in[1]);
        for (int i = 0; i <= n; i++) {
            r = sum(r, product(f[i], g[n - i]));
        }
        rdl_send(op->out.data, &r);
    }
}

static void run_integrate(void *arg) { /* with constant k */
    const struct operation *op = arg;
    put(op, (struct rational){op->k, 1});
    for (int n = 1;; n++) {
        rdl_recv(op->out.request, NULL);
        struct rational r = product(get(op->in[0]), (struct rational){1, n});
        rdl_send(op->out.data, &r);
    }
}

static void run_constant(void *arg) {
    const struct operation *op = arg;
    put(op, (struct rational){op->k, 1});
    for (;;) {
        put(op, (struct rational){0, 1});
    }
}

/* -- the splitter -- */

struct reader {
    struct stream out;
    bool waits;
    int taken; /* so many terms he has had */
};

static rdl_chan *when(bool condition, rdl_chan *ch) {
    return condition ? ch : NULL;
}

static void run_split(void *arg) {
    const struct operation *op = arg;
    struct reader reader[2] = {{op->out, false, 0}, {op->out_2, false, 0}};
    struct rational term[4 * TERMS];
    int n = 0; /* terms read so far */
    bool asked = false;
    for (;;) {
        bool wanted = false;
        rdl_case cases[6];
        for (int i = 0; i < 2; i++) {
            struct reader *r = &reader[i];
            wanted |= r->waits && r->taken == n;
            cases[i] = RDL_CASE_RECV(when(!r->waits, r->out.request), NULL);
            cases[2 + i] =
                RDL_CASE_SEND(when(r->waits && r->taken < n, r->out.data), &term[r->taken]);
        }
        cases[4] = RDL_CASE_SEND(when(wanted && !asked, op->in[0].request), NULL);
        cases[5] = RDL_CASE_RECV(when(asked, op->in[0].data), &term[n]);
        size_t chosen = rdl_select(cases, 6);
        if (chosen < 2) {
            reader[chosen].waits = true;
        } else if (chosen < 4) {
            reader[chosen - 2].waits = false;
            reader[chosen - 2].taken++;
        } else {
            asked = chosen == 4;
            n += chosen == 5;
        }
    }
}

static void start_split(struct stream in, struct stream *a, struct stream *b) {
    struct operation op = {{in, in}, *a, *b, 0};
    rdl_go_copy(run_split, &op, sizeof(op));
}

static void check_term(struct stream s, int n, long long num, long long den) {
    struct rational r = get(s);
    cr_assert(r.num == num && r.den == den, "x^%d: %lld/%lld instead of %lld/%lld", n, r.num, r.den,
              num, den);
}

/* -- the programs -- */

Test(chan_powser, CH_17_CH_28_exp_of_x_times_exp_of_minus_x_is_one) {
    struct stream none = {NULL, NULL};
    struct stream one =
        start(run_multiply, start(run_exp, none, none, 1), start(run_exp, none, none, -1), 0);
    check_term(one, 0, 1, 1);
    for (int n = 1; n < TERMS; n++) {
        check_term(one, n, 0, 1);
    }
}

Test(chan_powser, SE_04_SE_05_CH_28_tan_is_defined_by_itself) {
    static const long long tan[TERMS][2] = {{0, 1},  {1, 1}, {0, 1},    {1, 3}, {0, 1},
                                            {2, 15}, {0, 1}, {17, 315}, {0, 1}, {62, 2835}};
    struct stream none = {NULL, NULL};
    struct stream result = new_stream(), again = new_stream();
    struct stream left = new_stream(), right = new_stream();
    start_split(again, &left, &right);
    struct stream square = start(run_multiply, left, right, 0);
    struct stream slope = start(run_add, start(run_constant, none, none, 1), square, 0);
    start_split(start(run_integrate, slope, none, 0), &result, &again);
    for (int n = 0; n < TERMS; n++) {
        check_term(result, n, tan[n][0], tan[n][1]);
    }
}
