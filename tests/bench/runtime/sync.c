/* sync.c - rows: mutex and waitgroup. */
#include "bench.h"

struct locked {
    rdl_mutex mu;
    rdl_waitgroup left;
    long n, x;
};

static void lock_often(void *arg) {
    struct locked *l = arg;
    for (long i = 0; i < l->n; i++) {
        rdl_mutex_lock(&l->mu);
        l->x++;
        rdl_mutex_unlock(&l->mu);
    }
    rdl_waitgroup_done(&l->left);
}

static void mutex(long n, long tasks) {
    struct locked l = {.n = n / tasks};
    rdl_waitgroup_add(&l.left, tasks);
    bench_begin();
    bench_go_many(tasks, lock_often, &l);
    rdl_waitgroup_wait(&l.left);
    bench_end(n, 0);
}

static void waitgroup(long n, long unused) { /* add, done and wait, on one goroutine */
    rdl_waitgroup wg = {0};
    (void)unused;
    bench_begin();
    for (long i = 0; i < n; i++) {
        rdl_waitgroup_add(&wg, 1);
        rdl_waitgroup_done(&wg);
        rdl_waitgroup_wait(&wg);
    }
    bench_end(n, 0);
}

const struct bench_row bench_sync_rows[] = {
    {"mutex_1", mutex, 20000000, 1},       {"mutex_2", mutex, 10000000, 2},
    {"mutex_8", mutex, 8000000, 8},        {"mutex_1000", mutex, 5000000, 1000},
    {"waitgroup", waitgroup, 10000000, 0}, {0},
};
