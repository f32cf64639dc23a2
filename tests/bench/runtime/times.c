/* times.c - rows: sleepers and timers. */
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

const struct bench_row bench_time_rows[] = {
    {"sleepers_5e3", sleepers, 5000, 0},
    {"sleepers_1e5", sleepers, 100000, 0},
    {"time_after", after_beside_ready, 500000, 0},
    {0},
};
