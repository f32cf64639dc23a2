/* sync.c - rows: mutex, rwmutex and waitgroup. */
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

struct shared {
    rdl_rwmutex rw;
    rdl_waitgroup left;
    long n, write_every, x, sum;
};

static void read_often(void *arg) {
    struct shared *s = arg;
    long sum = 0;
    for (long i = 0; i < s->n; i++) {
        if (s->write_every > 0 && i % s->write_every == 0) {
            rdl_rwmutex_lock(&s->rw);
            s->x++;
            rdl_rwmutex_unlock(&s->rw);
        } else {
            rdl_rwmutex_rlock(&s->rw);
            sum += s->x;
            rdl_rwmutex_runlock(&s->rw);
        }
    }
    rdl_rwmutex_lock(&s->rw);
    s->sum += sum;
    rdl_rwmutex_unlock(&s->rw);
    rdl_waitgroup_done(&s->left);
}

static void share(long n, long tasks, long write_every) {
    struct shared s = {.n = n / tasks, .write_every = write_every};
    rdl_waitgroup_add(&s.left, tasks);
    bench_begin();
    bench_go_many(tasks, read_often, &s);
    rdl_waitgroup_wait(&s.left);
    bench_end(n, 0);
}

static void readers(long n, long tasks) {
    share(n, tasks, 0);
}

static void readers_and_writers(long n, long tasks) { /* every 10th locks for writing */
    share(n, tasks, 10);
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
    {"mutex_1", mutex, 20000000, 1},
    {"mutex_2", mutex, 10000000, 2},
    {"mutex_8", mutex, 8000000, 8},
    {"mutex_1000", mutex, 5000000, 1000},
    {"rwmutex_r1", readers, 10000000, 1},
    {"rwmutex_r8", readers, 8000000, 8},
    {"rwmutex_w10", readers_and_writers, 4000000, 8},
    {"waitgroup", waitgroup, 10000000, 0},
    {0},
};
