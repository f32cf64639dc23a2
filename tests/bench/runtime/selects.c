/* selects.c - rows: choosing among channels. A row that ends in _fill writes its cases anew for each
 * select, as Go's statement does; the others use theirs again. */
#include "bench.h"

#define CASES_MAX 64

static void one_ready(long n, long k) { /* k buffered channels, exactly one ready */
    rdl_chan *ch[CASES_MAX];
    rdl_case cases[CASES_MAX];
    long v;
    for (long i = 0; i < k; i++) {
        ch[i] = RDL_CHAN(long, 1);
        cases[i] = RDL_CASE_RECV(ch[i], &v);
    }
    bench_begin();
    for (long i = 0; i < n; i++) {
        rdl_send(ch[i % k], &i);
        rdl_select(cases, (size_t)k);
    }
    bench_end(n, 0);
}

static void one_ready_filled(long n, long k) {
    rdl_chan *ch[CASES_MAX];
    long v;
    for (long i = 0; i < k; i++) {
        ch[i] = RDL_CHAN(long, 1);
    }
    bench_begin();
    for (long i = 0; i < n; i++) {
        rdl_case cases[CASES_MAX];
        rdl_send(ch[i % k], &i);
        for (long c = 0; c < k; c++) {
            cases[c] = RDL_CASE_RECV(ch[c], &v);
        }
        rdl_select(cases, (size_t)k);
    }
    bench_end(n, 0);
}

#define SIDES 4
struct contended {
    rdl_chan *ch[SIDES], *done;
    long n;
    rdl_waitgroup consumers, producers;
};

static void consume(void *arg) {
    struct contended *c = arg;
    for (;;) {
        long v;
        rdl_case cases[] = {RDL_CASE_RECV(c->ch[0], &v), RDL_CASE_RECV(c->ch[1], &v),
                            RDL_CASE_RECV(c->ch[2], &v), RDL_CASE_RECV(c->ch[3], &v),
                            RDL_CASE_RECV(c->done, NULL)};
        if (rdl_select(cases, SIDES + 1) == SIDES) {
            rdl_waitgroup_done(&c->consumers);
            return;
        }
    }
}

struct producer {
    struct contended *all;
    long side;
};

static void produce(void *arg) {
    struct producer *p = arg;
    for (long i = 0; i < p->all->n / SIDES; i++) {
        rdl_send(p->all->ch[p->side], &i);
    }
    rdl_waitgroup_done(&p->all->producers);
}

static void contended(long n, long unused) { /* 4 producers, 4 unbuffered channels, 4 consumers */
    struct contended c = {.done = RDL_CHAN(bool, 0), .n = n};
    (void)unused;
    for (int i = 0; i < SIDES; i++) {
        c.ch[i] = RDL_CHAN(long, 0);
    }
    rdl_waitgroup_add(&c.consumers, SIDES);
    bench_begin();
    bench_go_many(SIDES, consume, &c);
    rdl_waitgroup_add(&c.producers, SIDES);
    for (int i = 0; i < SIDES; i++) {
        struct producer p = {&c, i};
        rdl_go_copy(produce, &p, sizeof(p));
    }
    rdl_waitgroup_wait(&c.producers);
    rdl_close(c.done);
    rdl_waitgroup_wait(&c.consumers);
    bench_end(n, 0);
}

static void with_default(long n, long unused) { /* a non-blocking receive of an empty channel */
    rdl_chan *ch = RDL_CHAN(long, 0);
    long v;
    (void)unused;
    bench_begin();
    for (long i = 0; i < n; i++) {
        rdl_case cases[] = {RDL_CASE_RECV(ch, &v), RDL_CASE_DEFAULT};
        rdl_select(cases, 2);
    }
    bench_end(n, 0);
}

static void try_receive(long n, long unused) { /* the same, as C says it */
    rdl_chan *ch = RDL_CHAN(long, 0);
    long v;
    (void)unused;
    bench_begin();
    for (long i = 0; i < n; i++) {
        rdl_try_recv(ch, &v, NULL);
    }
    bench_end(n, 0);
}

const struct bench_row bench_select_rows[] = {
    {"select2", one_ready, 2000000, 2},
    {"select8", one_ready, 1000000, 8},
    {"select64", one_ready, 200000, 64},
    {"select2_fill", one_ready_filled, 2000000, 2},
    {"select8_fill", one_ready_filled, 1000000, 8},
    {"select64_fill", one_ready_filled, 200000, 64},
    {"select_contended", contended, 400000, 0},
    {"select_default", with_default, 20000000, 0},
    {"try_recv", try_receive, 20000000, 0},
    {0},
};
