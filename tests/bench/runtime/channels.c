/* channels.c - rows: values handed from goroutine to goroutine. */
#include <stdlib.h>

#include "bench.h"

struct pair {
    rdl_chan *a, *b;
    long n;
};

static void echo(void *arg) {
    struct pair *p = arg;
    long v;
    while (rdl_recv(p->a, &v)) {
        rdl_send(p->b, &v);
    }
    rdl_close(p->b);
}

static void round_trip(long n, long unused) { /* over two unbuffered channels */
    struct pair p = {.a = RDL_CHAN(long, 0), .b = RDL_CHAN(long, 0)};
    (void)unused;
    rdl_go(echo, &p);
    bench_begin();
    for (long i = 0; i < n; i++) {
        long v;
        rdl_send(p.a, &i);
        rdl_recv(p.b, &v);
    }
    bench_end(n, 0);
    rdl_close(p.a);
    rdl_recv(p.b, NULL);
}

static void produce(void *arg) {
    struct pair *p = arg;
    for (long i = 0; i < p->n; i++) {
        rdl_send(p->a, &i);
    }
    rdl_close(p->a);
}

static void buffered(long n, long capacity) {
    struct pair p = {.a = RDL_CHAN(long, (size_t)capacity), .n = n};
    long sum = 0, v;
    bench_begin();
    rdl_go(produce, &p);
    while (rdl_recv(p.a, &v)) {
        sum += v;
    }
    bench_end(n, 0);
    if (sum != n * (n - 1) / 2) {
        abort();
    }
}

static void send_share(void *arg) {
    struct pair *p = arg;
    for (long i = 0; i < p->n; i++) {
        rdl_send(p->a, &i);
    }
}

static void fan_in(long n, long senders) {
    struct pair p = {.a = RDL_CHAN(long, 0), .n = n / senders};
    bench_begin();
    bench_go_many(senders, send_share, &p);
    for (long i = 0; i < n / senders * senders; i++) {
        long v;
        rdl_recv(p.a, &v);
    }
    bench_end(n, 0);
}

static void count_up(void *out) {
    for (long i = 2;; i++) {
        rdl_send(out, &i);
    }
}

struct filter {
    rdl_chan *in, *out;
    long prime;
};

static void let_pass(void *arg) {
    struct filter *f = arg;
    for (;;) {
        long v;
        rdl_recv(f->in, &v);
        if (v % f->prime != 0) {
            rdl_send(f->out, &v);
        }
    }
}

static void sieve(long n, long unused) { /* the n-th prime, by a chain of filters */
    rdl_chan *ch = RDL_CHAN(long, 0);
    (void)unused;
    bench_begin();
    rdl_go(count_up, ch);
    for (long i = 0; i < n; i++) {
        struct filter f = {.in = ch, .out = RDL_CHAN(long, 0)};
        rdl_recv(ch, &f.prime);
        rdl_go_copy(let_pass, &f, sizeof(f));
        ch = f.out;
    }
    bench_end(n, 0);
}

static void work(void *arg) {
    struct pair *p = arg;
    long v;
    while (rdl_recv(p->a, &v)) {
        v *= 2;
        rdl_send(p->b, &v);
    }
}

static void pool(long n, long workers) { /* jobs and results channels of capacity 100 */
    struct pair p = {RDL_CHAN(long, 100), RDL_CHAN(long, 100), n};
    bench_begin();
    bench_go_many(workers, work, &p);
    rdl_go(produce, &p);
    for (long i = 0; i < n; i++) {
        long v;
        rdl_recv(p.b, &v);
    }
    bench_end(n, 0);
}

const struct bench_row bench_chan_rows[] = {
    {"chan_unbuf", round_trip, 1000000, 0},
    {"chan_buf1", buffered, 2000000, 1},
    {"chan_buf128", buffered, 4000000, 128},
    {"fanin100", fan_in, 1000000, 100},
    {"sieve", sieve, 1000, 0},
    {"pool", pool, 1000000, 3},
    {0},
};
