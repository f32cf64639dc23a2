/* trace_oracle.c - do the core and the naive oracle agree on every trace?
 *
 *     trace_oracle [--two-level | --aliased] [--traces N] [--seed N] [--collect N [--renew]] [FILE.trace...]
 *
 * FILEs are replayed first; then every two-task program of two steps in all interleavings, then
 * random programs of three tasks in all interleavings, then long random traces. Seeds are fixed: a
 * disagreement prints the trace in the format of README.md, shrunk, to be committed. --traces N: N long
 * traces of each kind, and nothing before them. --collect N: numbers are given out again about every N
 * steps; --renew: and tasks change their numbers.
 */
#include <stdlib.h>
#include <string.h>

#include "both.h"
#include "detector/event.h"
#include "generate.h"

#define LONGEST 40000u

static struct step steps[LONGEST];
static unsigned n_steps;
static int failures;
static enum both_shadow shadow = BOTH_DIRECT;

/* -- a disagreement, as small as it gets ---------------------------------------------------- */

static bool still_wrong(const struct step *with, unsigned n) {
    unsigned at;
    return both_run(with, n, false, &at) || both_run(with, n, true, &at);
}

/* Leaves out runs of steps, ever shorter ones, as long as the two sides still disagree. */
static unsigned shrink(struct step *all, unsigned n) {
    static struct step fewer[LONGEST];
    for (unsigned run = n / 2; run > 0; run = run > 1 ? run / 2 : 0) {
        for (unsigned from = 0; from + run <= n;) {
            memcpy(fewer, all, from * sizeof *all);
            memcpy(fewer + from, all + from + run, (n - from - run) * sizeof *all);
            if (still_wrong(fewer, n - run)) {
                n -= run;
                memcpy(all, fewer, n * sizeof *all);
            } else {
                from += run;
            }
        }
    }
    return n;
}

static void disagree(const char *what, unsigned at) {
    unsigned n = shrink(steps, at + 1 < n_steps ? at + 1 : n_steps);
    printf("DISAGREEMENT: %s; shrunk to\n", what);
    for (unsigned i = 0; i < n; i++) {
        step_print(stdout, &steps[i]);
    }
    failures++;
}

static void replay(bool few_places) {
    unsigned at;
    const char *wrong = both_run(steps, n_steps, few_places, &at);
    if (wrong) {
        disagree(wrong, at);
    }
}

/* -- all interleavings ---------------------------------------------------------------------- */

struct program {
    unsigned n_tasks, n_steps;
    struct step step[3][4];
};

static void interleave(const struct program *p, unsigned at[3], unsigned n) {
    bool more = false;
    for (unsigned i = 0; i < p->n_tasks; i++) {
        if (at[i] < p->n_steps) {
            more = true;
            steps[n] = p->step[i][at[i]++];
            interleave(p, at, n + 1);
            at[i]--;
        }
    }
    if (!more && failures < 5) {
        if (both_counts()->traces % 2048 == 2047) {
            both_forget(); /* a report looks at all tasks there ever were */
            both_start(shadow);
        }
        n_steps = n;
        replay(both_counts()->traces % 2);
    }
}

static void all_interleavings(struct program *p) {
    for (unsigned i = 0; i < p->n_tasks; i++) {
        steps[i] = (struct step){.kind = STEP_GO, .where = i + 1, .expect = -1};
        for (unsigned j = 0; j < p->n_steps; j++) {
            p->step[i][j].task = (uint16_t)(i + 1);
        }
    }
    unsigned at[3] = {0};
    interleave(p, at, p->n_tasks);
}

/* What the small programs are made of: two variables in one granule or apart, two keys. */
static const struct step alphabet[] = {
    {.kind = STEP_WRITE, .size = 4},
    {.kind = STEP_READ, .size = 4},
    {.kind = STEP_WRITE, .where = 1, .size = 1},
    {.kind = STEP_READ, .where = 1, .size = 1},
    {.kind = STEP_READ, .where = 2, .size = 2},
    {.kind = STEP_WRITE, .size = 8},
    {.kind = STEP_ATOMIC_WRITE, .size = 4},
    {.kind = STEP_ATOMIC_READ, .size = 4},
    {.kind = STEP_ACQUIRE},
    {.kind = STEP_RELEASE},
    {.kind = STEP_MERGE},
    {.kind = STEP_SWAP},
    {.kind = STEP_LOAD, .where = 16, .size = 4, .order = EV_ACQUIRE},
    {.kind = STEP_LOAD, .where = 16, .size = 4, .order = EV_RELAXED},
    {.kind = STEP_STORE, .where = 16, .size = 4, .order = EV_RELEASE},
    {.kind = STEP_STORE, .where = 16, .size = 4, .order = EV_RELAXED},
    {.kind = STEP_RMW, .where = 16, .size = 4, .order = EV_ACQ_REL},
    {.kind = STEP_RMW, .where = 16, .size = 4, .order = EV_RELAXED},
    {.kind = STEP_RMW, .where = 16, .size = 4, .order = EV_RELEASE},
    {.kind = STEP_FENCE, .order = EV_ACQUIRE},
    {.kind = STEP_FENCE, .order = EV_RELEASE},
    {.kind = STEP_FENCE, .order = EV_SEQ_CST},
    {.kind = STEP_CAS_FAILED, .where = 16, .size = 4, .order = EV_ACQUIRE},
    {.kind = STEP_LOCK},
};
#define LETTERS ((unsigned)(sizeof alphabet / sizeof alphabet[0]))

static struct step letter(unsigned i) {
    struct step s = alphabet[i];
    s.expect = -1;
    return s;
}

/* Every program, or one in `out_of`: one access, one step, against one step, one access. */
static void every_small_program(unsigned out_of) {
    for (unsigned code = 0; code < LETTERS * LETTERS * LETTERS * 6; code += out_of) {
        struct program p = {.n_tasks = 2, .n_steps = 2};
        unsigned c = code;
        p.step[0][0] = letter(c % 6);
        p.step[0][1] = letter(c / 6 % LETTERS);
        p.step[1][0] = letter(c / 6 / LETTERS % LETTERS);
        p.step[1][1] = letter(c / 6 / LETTERS / LETTERS);
        all_interleavings(&p);
    }
}

/* Mostly edges of one atomic, which plain programs seldom chain. */
static void random_atomic_programs(unsigned n) {
    generate_seed(11);
    for (unsigned i = 0; i < n; i++) {
        struct program p = {.n_tasks = 3, .n_steps = 4};
        for (unsigned j = 0; j < 12; j++) {
            bool access = j % 4 == 0 || j % 4 == 3;
            p.step[j / 4][j % 4] = letter(access ? generate_pick(2) : 12 + generate_pick(10));
            if (access && generate_pick(2)) {
                p.step[j / 4][j % 4].where = 4;
            }
        }
        all_interleavings(&p);
    }
}

static void random_programs(unsigned n) {
    generate_seed(20240229);
    for (unsigned i = 0; i < n; i++) {
        struct program p = {.n_tasks = 3, .n_steps = 3};
        for (unsigned j = 0; j < 9; j++) {
            p.step[j / 3][j % 3] = letter(generate_pick(LETTERS));
            if (generate_pick(4) == 0) {
                p.step[j / 3][j % 3].where = p.step[j / 3][j % 3].where ? 0 : 4;
            }
        }
        all_interleavings(&p);
    }
}

/* -- long random traces --------------------------------------------------------------------- */

static const struct {
    unsigned steps, one_in; /* one trace out of so many is of this shape */
    struct discipline d;
} shapes[] = {
    {400, 1, {.tasks = 4, .variables = 6, .break_one_in = 20}},
    {1500, 1, {.tasks = 12, .variables = 20, .break_one_in = 100}},
    {3000, 2, {.tasks = 50, .variables = 40, .break_one_in = 400}},
    {2000, 4, {.tasks = 8, .variables = 4, .break_one_in = 100, .large = true}},
    {12000, 20, {.tasks = 100, .variables = 1000, .break_one_in = 2000}},
    {30000, 100, {.tasks = 1000, .variables = 60, .break_one_in = 4000}},
    {30000, 100, {.tasks = 300, .variables = 5, .break_one_in = 4000}},
};

static void long_traces(unsigned n, uint64_t first_seed) {
    for (unsigned i = 0; i < n && failures < 5; i++) {
        generate_seed(first_seed + i);
        n_steps = 600;
        generate_wild(steps, n_steps, 2 + generate_pick(i % 4 == 0 ? 46 : 5));
        replay(i % 2);
        for (unsigned k = 0; k < sizeof shapes / sizeof shapes[0] && failures < 5; k++) {
            if (i % shapes[k].one_in == 0) {
                n_steps = shapes[k].steps;
                generate_disciplined(steps, n_steps, &shapes[k].d);
                replay(i % 2);
            }
        }
    }
}

/* -- committed traces ----------------------------------------------------------------------- */

static void replay_file(const char *path) {
    FILE *file = fopen(path, "r");
    char line[200];
    int before = failures;
    n_steps = 0;
    while (file && fgets(line, sizeof line, file) && n_steps < LONGEST) {
        if (line[0] == '#' || line[0] == '\n') {
            continue;
        }
        if (!step_parse(line, &steps[n_steps++])) {
            printf("%s: cannot read: %s", path, line);
            failures++;
        }
    }
    if (!file) {
        printf("%s: cannot open\n", path);
        failures++;
    } else {
        fclose(file);
        replay(false);
        replay(true);
    }
    printf("%s %s\n", failures == before ? "ok  " : "FAIL", path);
}

static void tell(const char *of) {
    const struct both_counts *c = both_counts();
    printf("%s: %lu traces, %lu accesses, %lu races, %lu after the first, %lu orders, %lu of "
           "%lu following\n",
           of, c->traces, c->accesses, c->races, c->after_first, c->ordered_pairs, c->follow_told,
           c->follow);
}

static int ended(void) {
    printf("%lu traces, %d disagreements\n", both_counts()->traces, failures);
    return failures ? 1 : 0;
}

int main(int argc, char **argv) {
    unsigned traces = 0, collect = 0;
    bool renew = false;
    uint64_t seed = 1000;
    int at = 1;
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (; at < argc && argv[at][0] == '-'; at++) {
        if (strcmp(argv[at], "--two-level") == 0) {
            shadow = BOTH_TWO_LEVEL;
        } else if (strcmp(argv[at], "--aliased") == 0) {
            shadow = BOTH_ALIASED;
        } else if (strcmp(argv[at], "--traces") == 0 && at + 1 < argc) {
            traces = (unsigned)strtoul(argv[++at], NULL, 0);
        } else if (strcmp(argv[at], "--collect") == 0 && at + 1 < argc) {
            collect = (unsigned)strtoul(argv[++at], NULL, 0);
        } else if (strcmp(argv[at], "--renew") == 0) {
            renew = true;
        } else if (strcmp(argv[at], "--seed") == 0 && at + 1 < argc) {
            seed = strtoull(argv[++at], NULL, 0);
        } else {
            fprintf(stderr, "trace_oracle: %s: no such option; see the head of trace_oracle.c\n",
                    argv[at]);
            return 2;
        }
    }
    both_start(shadow);
    both_collect(collect, renew);
    for (; at < argc; at++) {
        replay_file(argv[at]);
    }
    if (traces == 0) {
        every_small_program(shadow == BOTH_DIRECT ? 1 : 7);
        tell("small programs");
        random_programs(100);
        tell("and random programs");
        random_atomic_programs(6);
        tell("and atomic programs");
    }
    long_traces(traces ? traces : 101, seed);
    tell("and long traces");
    return ended();
}
