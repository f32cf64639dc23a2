/* stress.h - what the stress programs share: length and seed, random numbers, checks.
 *
 * Each program is run as `PROGRAM [LENGTH] [SEED]`: LENGTH rounds (1 is some hundredths of a second
 * of processor time), SEED 0 or none for a new one. Nothing depends on time; every round counts what
 * went in and what came out. A failure names the seed; the schedule is not part of it.
 */
#ifndef STRESS_H
#define STRESS_H

#include <raddle.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct stress {
    int length;
    uint64_t seed;
};

static struct stress stress;

#define CHECK(claim) ((claim) ? (void)0 : stress_fail(__FILE__, __LINE__, #claim))

static inline void stress_fail(const char *file, int line, const char *claim) {
    fprintf(stderr, "%s:%d: not so: %s; seed %llu\n", file, line, claim,
            (unsigned long long)stress.seed);
    abort();
}

static inline void stress_begin(int argc, char **argv) {
    stress.length = argc > 1 ? atoi(argv[1]) : 1;
    stress.seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    if (stress.seed == 0) {
        stress.seed = (uint64_t)rdl_now() % 1000000000u + 1;
    }
}

/* A task's own numbers: nth tells tasks of one seed apart. */
struct dice {
    uint64_t x;
};

static inline struct dice dice_of(uint64_t nth) {
    struct dice d = {(stress.seed + nth * 0x9e3779b97f4a7c15u) | 1};
    return d;
}

/* A number in [0, n): xorshift64*. */
static inline uint32_t roll(struct dice *d, uint32_t n) {
    d->x ^= d->x >> 12;
    d->x ^= d->x << 25;
    d->x ^= d->x >> 27;
    return (uint32_t)(((d->x * 0x2545f4914f6cdd1du >> 32) * n) >> 32);
}

/* Sometimes lets others run, sometimes spins a little: moves the points where tasks meet. */
static inline void jitter(struct dice *d) {
    switch (roll(d, 16)) {
    case 0:
        rdl_yield();
        break;
    case 1:
        for (volatile uint32_t i = roll(d, 300); i > 0; i--) {
        }
        break;
    default:
        break;
    }
}

#endif
