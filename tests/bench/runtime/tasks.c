/* tasks.c - rows: goroutines made, parked, switched, woken all at once. */
#include "bench.h"

static void finish(void *wg) {
    rdl_waitgroup_done(wg);
}

static void spawn_join(long n, long batch) { /* batch: so many at once */
    bench_begin();
    for (long k = 0; k < n / batch; k++) {
        rdl_waitgroup wg = {0};
        rdl_waitgroup_add(&wg, batch);
        bench_go_many(batch, finish, &wg);
        rdl_waitgroup_wait(&wg);
    }
    bench_end(n, 0);
}

struct parking {
    rdl_chan *gate, *done;
    rdl_waitgroup left, up;
};

static void park_once(void *arg) {
    struct parking *p = arg;
    long one = 1;
    rdl_recv(p->gate, NULL);
    rdl_send(p->done, &one);
}

static void park(long n, long unused) { /* n parked on a channel: resident bytes each */
    struct parking p = {RDL_CHAN(long, 0), RDL_CHAN(long, 0), {0}, {0}};
    long before = bench_resident();
    (void)unused;
    bench_begin();
    bench_go_many(n, park_once, &p);
    for (int i = 0; i < 200; i++) {
        rdl_yield();
    }
    rdl_sleep(50 * RDL_MILLISECOND);
    long bytes = (bench_resident() - before) / n;
    rdl_close(p.gate);
    for (long i = 0; i < n; i++) {
        rdl_recv(p.done, NULL);
    }
    bench_end(n, bytes);
}

struct switching {
    long n;
    rdl_waitgroup left;
};

static void yield_often(void *arg) {
    struct switching *s = arg;
    for (long i = 0; i < s->n; i++) {
        rdl_yield();
    }
    rdl_waitgroup_done(&s->left);
}

static void yield(long n, long unused) { /* 2 goroutines, n switches in all */
    struct switching s = {.n = n / 2};
    (void)unused;
    rdl_waitgroup_add(&s.left, 2);
    bench_begin();
    bench_go_many(2, yield_often, &s);
    rdl_waitgroup_wait(&s.left);
    bench_end(n, 0);
}

static void wait_for_close(void *arg) {
    struct parking *p = arg;
    rdl_waitgroup_done(&p->up);
    rdl_recv(p->gate, NULL);
    rdl_waitgroup_done(&p->left);
}

static void close_all(long n, long unused) { /* one close wakes n */
    struct parking p = {.gate = RDL_CHAN(long, 0)};
    (void)unused;
    rdl_waitgroup_add(&p.left, n);
    rdl_waitgroup_add(&p.up, n);
    bench_go_many(n, wait_for_close, &p);
    rdl_waitgroup_wait(&p.up);
    rdl_sleep(20 * RDL_MILLISECOND);
    bench_begin();
    rdl_close(p.gate);
    rdl_waitgroup_wait(&p.left);
    bench_end(n, 0);
}

const struct bench_row bench_task_rows[] = {
    {"spawn_join", spawn_join, 1000000, 1000000},
    {"spawn_batch", spawn_join, 1000000, 1000},
    {"park_1e3", park, 1000, 0},
    {"park_5e3", park, 5000, 0},
    {"park_1e5", park, 100000, 0},
    {"park_1e6", park, 1000000, 0},
    {"yield", yield, 4000000, 0},
    {"close_5e3", close_all, 5000, 0},
    {"close_1e4", close_all, 10000, 0},
    {0},
};
