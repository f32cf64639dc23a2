/* scale.c - what do live goroutines cost, and what do operations cost beside them?
 *
 *     scale ring N ROUNDS      N goroutines in a ring, each with a channel of its own; a token goes round
 *     scale ROW N OPS          OPS operations by two goroutines while N others live, parked:
 *                              chan (unbuffered, send + receive), buffered (64), lock (a pair by one),
 *                              contended (a pair, by two in turn), waitgroup (a round of 1 add, go, done, wait)
 *
 * Prints one line, the same as go/scale.go:
 *
 *     SCALE row n ops wall_ns cpu_ns made_bytes end_bytes shadow_bytes table_bytes
 *
 * made_bytes: resident when all N are parked; end_bytes: at the end; shadow_bytes: of it in the detector's
 * direct shadow; table_bytes: page tables. Each of the N has told the waitgroup that it lives, so that main
 * knows all of them: clocks are as large as they can be.
 */
#include <raddle.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static rdl_chan *gate;
static rdl_waitgroup alive, finished;
static long n_live, n_ops, made_bytes;
static double began_wall, began_cpu;

static double now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static long status_kib(const char *key) {
    char line[256];
    long kib = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f)) {
        if (strncmp(line, key, strlen(key)) == 0) {
            kib = strtol(line + strlen(key), NULL, 10);
        }
    }
    if (f) {
        fclose(f);
    }
    return kib;
}

static long shadow_kib(void) {
    char line[512];
    long kib = 0;
    bool within = false;
    FILE *f = fopen("/proc/self/smaps", "r");
    while (f && fgets(line, sizeof line, f)) {
        char *end;
        unsigned long lo = strtoul(line, &end, 16);
        if (*end == '-') {
            within = lo < 0x700000000000 && strtoul(end + 1, NULL, 16) > 0x600000000000;
        } else if (within && strncmp(line, "Rss:", 4) == 0) {
            kib += strtol(line + 4, NULL, 10);
        }
    }
    if (f) {
        fclose(f);
    }
    return kib;
}

static void begin(void) {
    made_bytes = status_kib("VmRSS:") * 1024;
    began_wall = now(CLOCK_MONOTONIC);
    began_cpu = now(CLOCK_PROCESS_CPUTIME_ID);
}

static void end(const char *row, long ops) {
    double wall = now(CLOCK_MONOTONIC) - began_wall;
    double cpu = now(CLOCK_PROCESS_CPUTIME_ID) - began_cpu;
    printf("SCALE %s %ld %ld %.0f %.0f %ld %ld %ld %ld\n", row, n_live, ops, wall, cpu, made_bytes,
           status_kib("VmRSS:") * 1024, shadow_kib() * 1024, status_kib("VmPTE:") * 1024);
}

/* -- a ring -- */

struct place {
    rdl_chan *from, *to;
};

static void pass_on(void *arg) {
    const struct place *p = arg;
    rdl_waitgroup_done(&alive);
    for (long i = 0; i < n_ops; i++) {
        long token = 0;
        rdl_recv(p->from, &token);
        token++;
        rdl_send(p->to, &token);
    }
}

static void ring(void) {
    struct place *places = calloc((size_t)n_live, sizeof *places);
    rdl_chan *first = RDL_CHAN(long, 0);
    rdl_chan *from = first;
    began_wall = now(CLOCK_MONOTONIC);
    double cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    double wall = began_wall;
    rdl_waitgroup_add(&alive, (int)n_live);
    for (long i = 0; i < n_live; i++) {
        places[i] = (struct place){.from = from, .to = RDL_CHAN(long, 0)};
        from = places[i].to;
        rdl_go(pass_on, &places[i]);
    }
    rdl_waitgroup_wait(&alive);
    begin();
    began_wall = wall; /* making them counts */
    began_cpu = cpu;
    long token = 0;
    for (long i = 0; i < n_ops; i++) {
        rdl_send(first, &token);
        rdl_recv(from, &token);
    }
    end("ring", n_live * n_ops);
    if (token != n_live * n_ops) {
        abort();
    }
    exit(0);
}

/* -- rows -- */

static void park(void *unused) {
    (void)unused;
    rdl_waitgroup_done(&alive);
    rdl_recv(gate, NULL);
    rdl_waitgroup_done(&finished);
}

static void produce(void *arg) {
    for (long i = 0; i < n_ops; i++) {
        rdl_send(arg, &i);
    }
}

static void channel(size_t capacity) {
    rdl_chan *ch = RDL_CHAN(long, capacity);
    long v;
    rdl_go(produce, ch);
    for (long i = 0; i < n_ops; i++) {
        rdl_recv(ch, &v);
    }
}

static rdl_mutex mu;
static long guarded;

static void lock_often(void *unused) {
    (void)unused;
    for (long i = 0; i < n_ops; i++) {
        rdl_mutex_lock(&mu);
        guarded++;
        rdl_mutex_unlock(&mu);
    }
}

static void lock_in_turn(void *arg) {
    rdl_waitgroup *both = arg;
    for (long i = 0; i < n_ops / 2; i++) {
        rdl_mutex_lock(&mu);
        guarded++;
        rdl_mutex_unlock(&mu);
        rdl_yield();
    }
    rdl_waitgroup_done(both);
}

static void contended(void) {
    rdl_waitgroup both = {0};
    rdl_waitgroup_add(&both, 2);
    rdl_go(lock_in_turn, &both);
    rdl_go(lock_in_turn, &both);
    rdl_waitgroup_wait(&both);
}

static void done_at_once(void *arg) {
    rdl_waitgroup_done(arg);
}

static void waitgroups(void) {
    rdl_waitgroup round = {0};
    for (long i = 0; i < n_ops; i++) {
        rdl_waitgroup_add(&round, 1);
        rdl_go(done_at_once, &round);
        rdl_waitgroup_wait(&round);
    }
}

static void run_row(const char *row) {
    if (strcmp(row, "chan") == 0) {
        channel(0);
    } else if (strcmp(row, "buffered") == 0) {
        channel(64);
    } else if (strcmp(row, "lock") == 0) {
        lock_often(NULL);
    } else if (strcmp(row, "contended") == 0) {
        contended();
    } else if (strcmp(row, "waitgroup") == 0) {
        waitgroups();
    } else {
        fprintf(stderr, "no row %s\n", row);
        exit(2);
    }
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: scale ROW N OPS\n");
        return 2;
    }
    n_live = atol(argv[2]);
    n_ops = atol(argv[3]);
    if (strcmp(argv[1], "ring") == 0) {
        ring();
    }
    gate = RDL_CHAN(long, 0);
    rdl_waitgroup_add(&alive, (int)n_live);
    rdl_waitgroup_add(&finished, (int)n_live);
    for (long i = 0; i < n_live; i++) {
        rdl_go(park, NULL);
    }
    rdl_waitgroup_wait(&alive);
    begin();
    run_row(argv[1]);
    end(argv[1], n_ops);
    rdl_close(gate);
    rdl_waitgroup_wait(&finished);
    return 0;
}
