/* trace_oracle.c - do the core and the naive oracle agree on every trace?
 *
 * Compared at each step: "does this access race with an earlier one?", until the first race of a
 * granule; a granule that has raced is left alone until its memory is new again, since what either side
 * remembers of it after a report is its own affair.
 *
 *     trace_oracle [--two-level] [FILE.trace...]
 *
 * FILEs are replayed first; then every two-task program of two steps in all interleavings, then
 * random programs of three tasks in all interleavings, then long random traces. Seeds are fixed: a
 * disagreement prints the trace in the format of README.md, to be shrunk and committed.
 */
#include <stdio.h>

#include "../unit/fake_host.h"
#include "oracle.h"

#define LONGEST      4096u
#define MEMORY_SHIFT 8 /* each trace has its own 256 bytes of addresses */

static const char *const kind_names[STEP_KINDS] = {
    "go",   "read",  "write", "aread",      "awrite", "acquire", "release", "merge", "swap",
    "load", "store", "rmw",   "cas_failed", "fence",  "new",     "free",    "lock",  "unlock"};
static const char *const order_names[] = {"relaxed", "consume", "acquire",
                                          "release", "acq_rel", "seq_cst"};

struct run {
    struct oracle *oracle;
    struct det_task *main_task;
    struct det_task *task[ORACLE_TASKS];
    bool retired[ORACLE_BYTES / 4];
    struct step steps[LONGEST];
    unsigned n;
    uintptr_t memory, keys;
    unsigned long traces, races, accesses;
    int failures;
};

static struct run run;
static uint64_t seed;

static uint32_t pick(uint32_t below) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

/* -- one step on both sides ----------------------------------------------------------------- */

static bool touches_memory(const struct step *s) {
    return (s->kind >= STEP_READ && s->kind <= STEP_ATOMIC_WRITE) ||
           (s->kind >= STEP_LOAD && s->kind <= STEP_CAS_FAILED) || s->kind == STEP_FREE;
}

/* A plain access goes the way instrumented code goes. */
static void plain_access(struct det_task *t, uintptr_t addr, unsigned size, bool write,
                         uintptr_t pc) {
    switch (size) {
    case 1:
        hot_access(t, addr, 1, write, pc);
        break;
    case 2:
        if (addr % 4 == 3) { /* across granules: a front-end sends these to access */
            det_access(t, addr, 2, write ? EV_WRITE : EV_READ, pc);
        } else {
            hot_access(t, addr, 2, write, pc);
        }
        break;
    case 4:
        hot_access(t, addr, 4, write, pc);
        break;
    case 8:
        hot_access(t, addr, 8, write, pc);
        break;
    default:
        det_access(t, addr, size, write ? EV_WRITE : EV_READ, pc);
        break;
    }
}

static void core_atomic(struct det_task *t, const struct step *s, uintptr_t pc) {
    uintptr_t addr = run.memory + s->where;
    bool writes = s->kind == STEP_STORE || s->kind == STEP_RMW;
    static const enum ev_atomic did[] = {EV_LOAD, EV_STORE, EV_RMW, EV_CAS_FAILED};
    uintptr_t state = det_atomic_begin(t, addr, s->size, writes ? EV_WRITE : EV_READ, pc);
    det_atomic_end(t, state, addr, did[s->kind - STEP_LOAD], (enum ev_order)s->order);
}

static void core_step(const struct step *s, uintptr_t pc) {
    struct det_task *t = run.task[s->task];
    uintptr_t addr = run.memory + s->where;
    uintptr_t key = run.keys + s->where % ORACLE_KEYS;
    switch (s->kind) {
    case STEP_GO:
        run.task[s->where] = fake_go(t, s->where);
        break;
    case STEP_READ:
        plain_access(t, addr, s->size, false, pc);
        break;
    case STEP_WRITE:
        plain_access(t, addr, s->size, true, pc);
        break;
    case STEP_ATOMIC_READ:
        det_access(t, addr, s->size, EV_ATOMIC, pc);
        break;
    case STEP_ATOMIC_WRITE:
        det_access(t, addr, s->size, EV_ATOMIC | EV_WRITE, pc);
        break;
    case STEP_ACQUIRE:
        det_acquire(t, key);
        break;
    case STEP_RELEASE:
        det_release(t, key);
        break;
    case STEP_MERGE:
        det_release_merge(t, key);
        break;
    case STEP_SWAP:
        det_release_acquire(t, key);
        break;
    case STEP_FENCE:
        det_fence(t, (enum ev_order)s->order);
        break;
    case STEP_NEW:
        det_memory_new(t, addr, s->size, pc);
        break;
    case STEP_FREE:
        det_memory_free(t, addr, pc);
        break;
    case STEP_LOCK:
        det_lock_acquired(t, key, EV_LOCK_WRITE, pc);
        break;
    case STEP_UNLOCK:
        det_lock_released(t, key, EV_LOCK_WRITE);
        break;
    default:
        core_atomic(t, s, pc);
        break;
    }
}

static uint8_t extent(const struct step *s) {
    return s->kind == STEP_FREE ? oracle_block(run.oracle, s->where) : s->size;
}

/* Retired already, or now: `retire` says which is asked. */
static bool any_retired(const struct step *s, uint8_t size, bool retire) {
    bool any = false;
    for (unsigned g = s->where / 4u; g * 4 < s->where + (unsigned)size; g++) {
        any |= run.retired[g];
        run.retired[g] |= retire;
    }
    return any;
}

static void print_step(const struct step *s) {
    printf("%d %s", s->task, kind_names[s->kind]);
    if (s->kind != STEP_FENCE) {
        printf(" %d", s->where);
    }
    if (s->size && s->kind != STEP_FREE) {
        printf(" %d", s->size);
    }
    if (s->kind == STEP_FENCE || (s->kind >= STEP_LOAD && s->kind <= STEP_CAS_FAILED)) {
        printf(" %s", order_names[s->order]);
    }
    printf("\n");
}

static void disagree(unsigned at, const char *what) {
    printf("DISAGREEMENT: %s at the last step of\n", what);
    for (unsigned i = 0; i <= at; i++) {
        print_step(&run.steps[i]);
    }
    run.failures++;
}

/* Returns false when the two sides disagree, or a committed expectation is not met. */
static bool both_step(unsigned i) {
    const struct step *s = &run.steps[i];
    uint8_t size = extent(s);
    bool memory = touches_memory(s);
    bool no_block = s->kind == STEP_FREE && size == 0;
    if (no_block || (memory && any_retired(s, size, false))) {
        return true;
    }
    uint64_t before = race_found();
    bool expected = oracle_step(run.oracle, s);
    core_step(s, 0x1000 + i * 16u);
    bool found = race_found() > before;
    run.accesses += memory;
    run.races += expected;
    if (s->kind == STEP_NEW) {
        for (unsigned g = (s->where + 3u) / 4; g * 4 + 4 <= s->where + (unsigned)s->size; g++) {
            run.retired[g] = false;
        }
    }
    if (memory && expected) {
        any_retired(s, size, true);
    }
    if (found != expected) {
        disagree(i, found ? "the core alone finds a race" : "the oracle alone finds a race");
        return false;
    }
    if (s->expect >= 0 && s->expect != expected) {
        disagree(i, expected ? "a race is found where none is expected"
                             : "an expected race is missed");
        return false;
    }
    return true;
}

/* -- one trace ------------------------------------------------------------------------------ */

static void begin_trace(void) {
    oracle_reset(run.oracle);
    memset(run.retired, 0, sizeof run.retired);
    memset(run.task, 0, sizeof run.task);
    run.task[0] = run.main_task;
    run.traces++;
    run.memory = 0x7f1000000000u + ((run.traces % 4096) << MEMORY_SHIFT);
    run.keys = run.memory + ORACLE_BYTES;
    det_memory_forget(run.memory, (size_t)1 << MEMORY_SHIFT);
}

static void end_trace(void) {
    for (unsigned i = 0; i < ORACLE_KEYS; i++) {
        det_lock_released(run.main_task, run.keys + i, EV_LOCK_WRITE);
    }
    for (unsigned i = 1; i < ORACLE_TASKS; i++) {
        det_task_end(run.task[i]);
    }
}

static void replay(void) {
    begin_trace();
    for (unsigned i = 0; i < run.n && both_step(i); i++) {
    }
    end_trace();
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
            run.steps[n] = p->step[i][at[i]++];
            interleave(p, at, n + 1);
            at[i]--;
        }
    }
    if (!more && run.failures < 5) {
        run.n = n;
        replay();
    }
}

static void all_interleavings(struct program *p) {
    for (unsigned i = 0; i < p->n_tasks; i++) {
        run.steps[i] = (struct step){.kind = STEP_GO, .where = (uint8_t)(i + 1), .expect = -1};
        for (unsigned j = 0; j < p->n_steps; j++) {
            p->step[i][j].task = (uint8_t)(i + 1);
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

/* Every program: one access, one step, against one step, one access. */
static void every_small_program(void) {
    for (unsigned code = 0; code < LETTERS * LETTERS * LETTERS * 6; code++) {
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
    seed = 11;
    for (unsigned i = 0; i < n; i++) {
        struct program p = {.n_tasks = 3, .n_steps = 4};
        for (unsigned j = 0; j < 12; j++) {
            bool access = j % 4 == 0 || j % 4 == 3;
            p.step[j / 4][j % 4] = letter(access ? pick(2) : 12 + pick(10));
            if (access && pick(2)) {
                p.step[j / 4][j % 4].where = 4;
            }
        }
        all_interleavings(&p);
    }
}

static void random_programs(unsigned n) {
    seed = 20240229;
    for (unsigned i = 0; i < n; i++) {
        struct program p = {.n_tasks = 3, .n_steps = 3};
        for (unsigned j = 0; j < 9; j++) {
            p.step[j / 3][j % 3] = letter(pick(LETTERS));
            if (pick(4) == 0) {
                p.step[j / 3][j % 3].where = p.step[j / 3][j % 3].where ? 0 : 4;
            }
        }
        all_interleavings(&p);
    }
}

/* -- long random traces --------------------------------------------------------------------- */

static struct step random_step(unsigned n_tasks) {
    static const uint8_t sizes[] = {1, 2, 4, 4, 8, 16, 3};
    struct step s = {.task = (uint8_t)pick(n_tasks), .expect = -1};
    uint32_t what = pick(100);
    if (what < 45) {
        s.kind = (uint8_t)(STEP_READ + pick(2));
    } else if (what < 51) {
        s.kind = (uint8_t)(STEP_ATOMIC_READ + pick(2));
    } else if (what < 75) {
        s.kind = (uint8_t)(STEP_ACQUIRE + pick(4));
    } else if (what < 87) {
        s.kind = (uint8_t)(STEP_LOAD + pick(4));
    } else if (what < 90) {
        s.kind = STEP_FENCE;
    } else if (what < 95) {
        s.kind = STEP_NEW;
    } else {
        s.kind = (uint8_t)(what < 97 ? STEP_FREE : STEP_LOCK + pick(2));
    }
    s.size = sizes[pick(7)];
    s.order = (uint8_t)pick(6);
    s.where = (uint8_t)pick(64);
    if (touches_memory(&s) && s.kind >= STEP_LOAD) {
        s.where = (uint8_t)(64 + pick(4) * 8);
        s.size = 4;
    } else if (s.kind == STEP_NEW || s.kind == STEP_FREE) {
        s.where = (uint8_t)(pick(3) * 32); /* an allocator never overlaps blocks */
        s.size = (uint8_t)(1 + pick(32));
    } else if (!touches_memory(&s)) {
        s.where = (uint8_t)pick(6);
    } else if (pick(4)) {
        s.where = (uint8_t)(s.where / 8 * 8);
    }
    return s;
}

static void long_traces(unsigned n, unsigned steps) {
    for (unsigned i = 0; i < n && run.failures < 5; i++) {
        seed = 1000 + i;
        unsigned n_tasks = 2 + pick(i % 4 == 0 ? ORACLE_TASKS - 2 : 5);
        run.n = 0;
        for (unsigned j = 1; j < n_tasks; j++) {
            run.steps[run.n++] = (struct step){
                .kind = STEP_GO, .task = (uint8_t)pick(j), .where = (uint8_t)j, .expect = -1};
        }
        while (run.n < steps) {
            run.steps[run.n++] = random_step(n_tasks);
        }
        replay();
    }
}

/* -- committed traces ----------------------------------------------------------------------- */

static int index_of(const char *word, const char *const *names, int n) {
    for (int i = 0; i < n; i++) {
        if (strcmp(word, names[i]) == 0) {
            return i;
        }
    }
    return -1;
}

static bool parse_line(const char *line, struct step *s) {
    char kind[16] = "", word[3][16] = {"", "", ""};
    unsigned task;
    int n = sscanf(line, "%u %15s %15s %15s %15s", &task, kind, word[0], word[1], word[2]);
    int k = n >= 2 ? index_of(kind, kind_names, STEP_KINDS) : -1;
    if (k < 0 || task >= ORACLE_TASKS) {
        return false;
    }
    *s = (struct step){.kind = (uint8_t)k, .task = (uint8_t)task, .expect = -1};
    unsigned number[2] = {0}, n_numbers = 0;
    for (int i = 0; i < n - 2; i++) {
        int order = index_of(word[i], order_names, 6);
        if (order >= 0) {
            s->order = (uint8_t)order;
        } else if (strcmp(word[i], "race") == 0 || strcmp(word[i], "none") == 0) {
            s->expect = word[i][0] == 'r';
        } else if (n_numbers < 2) {
            number[n_numbers++] = (unsigned)strtoul(word[i], NULL, 0);
        }
    }
    s->where = (uint8_t)number[0];
    s->size = (uint8_t)(number[1] ? number[1] : touches_memory(s) ? 4 : 0);
    return true;
}

static bool replay_file(const char *path) {
    FILE *file = fopen(path, "r");
    char line[200];
    int before = run.failures;
    run.n = 0;
    while (file && fgets(line, sizeof line, file) && run.n < LONGEST) {
        if (line[0] == '#' || line[0] == '\n') {
            continue;
        }
        if (!parse_line(line, &run.steps[run.n++])) {
            printf("%s: cannot read: %s", path, line);
            run.failures++;
        }
    }
    if (!file) {
        printf("%s: cannot open\n", path);
        run.failures++;
    } else {
        fclose(file);
        replay();
    }
    printf("%s %s\n", run.failures == before ? "ok  " : "FAIL", path);
    return run.failures == before;
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    run.oracle = oracle_new();
    int at = 1;
    if (at < argc && strcmp(argv[at], "--two-level") == 0) {
        refuse_direct = true;
        at++;
    }
    run.main_task = fake_start();
    for (; at < argc; at++) {
        replay_file(argv[at]);
    }
    every_small_program();
    printf("small programs: %lu traces, %lu races\n", run.traces, run.races);
    random_programs(400);
    printf("random programs: %lu traces, %lu races\n", run.traces, run.races);
    random_atomic_programs(25);
    printf("atomic programs: %lu traces, %lu races\n", run.traces, run.races);
    long_traces(1000, 1500);
    printf("%lu traces, %lu accesses, %lu races, %d disagreements\n", run.traces, run.accesses,
           run.races, run.failures);
    return run.failures ? 1 : 0;
}
