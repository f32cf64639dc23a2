/* Timing helper: each program times its own parallel section and prints
 *   RESULT <name> <ops> <wall_ns> <cpu_ns> [<checksum>]
 *   PEAK <KiB>
 * so tool start-up (valgrind, TSan) is not in ns/op, and the peak is of this process alone: the one
 * that wait4 tells begins with that of whoever started us. argv[1] = repetitions. */
#ifndef BENCH_H
#define BENCH_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double bench_w0, bench_c0;

static double bench_clk(clockid_t id) {
    struct timespec t;
    clock_gettime(id, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}
static long bench_reps(int argc, char **argv, long dflt) {
    return argc > 1 ? atol(argv[1]) : dflt;
}
static void bench_begin(void) {
    bench_w0 = bench_clk(CLOCK_MONOTONIC);
    bench_c0 = bench_clk(CLOCK_PROCESS_CPUTIME_ID);
}
static long bench_peak(void) {
    char line[128];
    long kib = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        sscanf(line, "VmHWM: %ld", &kib);
    if (status)
        fclose(status);
    return kib;
}
static void bench_end(const char *name, double ops, double check) {
    double w = bench_clk(CLOCK_MONOTONIC) - bench_w0;
    double c = bench_clk(CLOCK_PROCESS_CPUTIME_ID) - bench_c0;
    printf("RESULT %s %.0f %.0f %.0f %.17g\n", name, ops, w, c, check);
    printf("PEAK %ld\n", bench_peak());
}
/* Run fn(0..n-1) on n threads and join them. */
typedef struct {
    void (*fn)(int);
    int id;
} bench_job;
static void *bench_tramp(void *p) {
    bench_job *j = p;
    j->fn(j->id);
    return NULL;
}
static inline void bench_par(int n, void (*fn)(int)) {
    pthread_t t[64];
    bench_job j[64];
    for (int i = 0; i < n; i++) {
        j[i] = (bench_job){fn, i};
        if (pthread_create(&t[i], NULL, bench_tramp, &j[i]))
            abort();
    }
    for (int i = 0; i < n; i++)
        pthread_join(t[i], NULL);
}
/* Contended programs pin thread id to CPU id, else they flip between "both on
 * one CPU" and "one each" from run to run. */
static inline void bench_pin(int id) {
    cpu_set_t s;
    CPU_ZERO(&s);
    CPU_SET(id, &s);
    sched_setaffinity(0, sizeof s, &s);
}
static inline uint64_t bench_rng(uint64_t *s) {
    uint64_t x = *s;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *s = x;
}
#endif
