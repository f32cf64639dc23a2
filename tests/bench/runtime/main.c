/* main.c - one row of the runtime benchmark per process: rt NAME [N]; without a name, all names.
 *
 * BENCH_PARKED=N leaves N goroutines parked on a channel of their own in the background, and
 * BENCH_TIMERS=N leaves N timers pending: what do they cost the others?
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

static const char *row_name;
static long wall_0, cpu_0;

static long clock_ns(clockid_t id) {
    struct timespec t;
    clock_gettime(id, &t);
    return t.tv_sec * 1000000000 + t.tv_nsec;
}

void bench_begin(void) {
    cpu_0 = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    wall_0 = clock_ns(CLOCK_MONOTONIC);
}

void bench_end(long ops, long bytes) {
    long wall = clock_ns(CLOCK_MONOTONIC) - wall_0;
    printf("RT %s %ld %ld %ld %ld\n", row_name, ops, wall,
           clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_0, bytes);
}

long bench_resident(void) {
    long all, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f == NULL || fscanf(f, "%ld %ld", &all, &resident) != 2) {
        abort();
    }
    fclose(f);
    return resident * sysconf(_SC_PAGESIZE);
}

void bench_go_many(long n, void (*fn)(void *), void *arg) {
    for (long i = 0; i < n; i++) {
        rdl_go(fn, arg);
    }
}

/* -- the background -- */

static long from_environment(const char *name) {
    const char *text = getenv(name);
    return text != NULL ? atol(text) : 0;
}

static void wait_on(void *ch) {
    rdl_recv(ch, NULL);
}

static void fill_background(void) {
    long parked = from_environment("BENCH_PARKED");
    long timers = from_environment("BENCH_TIMERS");
    bench_go_many(parked, wait_on, rdl_chan_make(0, 0));
    for (long i = 0; i < timers; i++) {
        (void)rdl_after(RDL_HOUR + i);
    }
    for (int i = 0; parked > 0 && i < 200; i++) {
        rdl_yield();
    }
    if (parked > 0) {
        rdl_sleep(50 * RDL_MILLISECOND);
    }
}

/* -- rows by name -- */

static const struct bench_row *const tables[] = {
    bench_task_rows, bench_chan_rows, bench_select_rows, bench_sync_rows, bench_time_rows};

#define N_TABLES (sizeof(tables) / sizeof(*tables))

static void list_rows(void) {
    for (size_t i = 0; i < N_TABLES; i++) {
        for (const struct bench_row *row = tables[i]; row->name != NULL; row++) {
            printf("%s\n", row->name);
        }
    }
}

static const struct bench_row *find_row(const char *name) {
    for (size_t i = 0; i < N_TABLES; i++) {
        for (const struct bench_row *row = tables[i]; row->name != NULL; row++) {
            if (strcmp(row->name, name) == 0) {
                return row;
            }
        }
    }
    return NULL;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        list_rows();
        return 0;
    }
    const struct bench_row *row = find_row(argv[1]);
    if (row == NULL) {
        return 2;
    }
    row_name = argv[1];
    fill_background();
    row->run(argc > 2 ? atol(argv[2]) : row->n, row->parameter);
    return 0;
}
