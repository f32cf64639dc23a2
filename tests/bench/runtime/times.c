/* times.c - rows: sleepers, timers and contexts. */
#include <stdlib.h>

#include "bench.h"

struct sleeper {
    rdl_waitgroup *left;
    rdl_duration d;
};

static void sleep_once(void *arg) {
    struct sleeper *s = arg;
    rdl_sleep(s->d);
    rdl_waitgroup_done(s->left);
}

static void sleepers(long n, long unused) { /* n goroutines sleep 1 to 100 ms */
    rdl_waitgroup left = {0};
    long before = bench_resident();
    (void)unused;
    rdl_waitgroup_add(&left, n);
    bench_begin();
    for (long i = 0; i < n; i++) {
        struct sleeper s = {&left, (1 + i % 100) * RDL_MILLISECOND};
        rdl_go_copy(sleep_once, &s, sizeof(s));
    }
    rdl_waitgroup_wait(&left);
    bench_end(n, (bench_resident() - before) / n);
}

static void after_beside_ready(long n, long unused) { /* the channel is always ready */
    rdl_chan *ch = RDL_CHAN(long, 1);
    (void)unused;
    bench_begin();
    for (long i = 0; i < n; i++) {
        long v;
        rdl_send(ch, &i);
        rdl_chan *after = rdl_after(RDL_SECOND);
        rdl_case cases[] = {RDL_CASE_RECV(ch, &v), RDL_CASE_RECV(after, NULL)};
        rdl_select(cases, 2);
        rdl_chan_free(after);
    }
    bench_end(n, 0);
}

#define FAN_OUT 10

static void context_tree(long n, long unused) { /* build it, cancel the root, see all done */
    rdl_ctx **nodes = malloc((size_t)n * sizeof(rdl_ctx *));
    (void)unused;
    nodes[0] = rdl_ctx_with_cancel(rdl_ctx_background());
    bench_begin();
    for (long i = 1; i < n; i++) {
        nodes[i] = rdl_ctx_with_cancel(nodes[(i - 1) / FAN_OUT]);
    }
    rdl_ctx_cancel(nodes[0]);
    for (long i = 0; i < n; i++) {
        rdl_recv(rdl_ctx_done(nodes[i]), NULL);
    }
    bench_end(n, 0);
    for (long i = 0; i < n; i++) {
        rdl_ctx_free(nodes[i]);
    }
    free(nodes);
}

const struct bench_row bench_time_rows[] = {
    {"sleepers_5e3", sleepers, 5000, 0},
    {"sleepers_1e5", sleepers, 100000, 0},
    {"time_after", after_beside_ready, 500000, 0},
    {"ctx_1e4", context_tree, 10000, 0},
    {0},
};
