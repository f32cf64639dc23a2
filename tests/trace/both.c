/* both.c - a trace, run by the core and by the naive oracle side by side. */
#include "both.h"

#include "../unit/fake_host.h"

#define MEMORY_AT 0x7f1000000000u
#define ALIAS_AT  0x551000000000u /* in another window, with the same fold */
#define FOLD_AT   0x7c0000000000u /* its fold is 0 */
#define PLACES    64u
#define HALF      (TRACE_BYTES / 2)
#define KEY_STEP  13u /* odd, and several keys share a cache line */

struct mark { /* an access, for the comparison at the end */
    uint32_t task, number, epoch, count;
};

struct published {
    uint32_t task, at;
    uint32_t *knows;
};

static struct {
    struct oracle *oracle;
    enum both_shadow shadow;
    struct det_task *task[TRACE_TASKS];
    uint32_t number[TRACE_TASKS]; /* the core's */
    uint64_t serial[TRACE_TASKS];
    unsigned collect_each; /* steps, on average; 0: no collections */
    uint64_t collect_seed;
    bool retired[TRACE_BYTES / 4];
    uint32_t top, top_key; /* memory and keys used by this trace */
    unsigned n;            /* its tasks */
    uintptr_t memory;
    uint64_t findings_mark;
    struct mark *marks;
    size_t n_marks, marks_room;
    struct published *published;
    size_t n_published, published_room;
    struct both_counts counts;
    unsigned long since_start; /* traces */
} run;

const struct both_counts *both_counts(void) {
    return &run.counts;
}

/* -- places --------------------------------------------------------------------------------- */

static uintptr_t address(uint32_t offset) {
    if (run.shadow == BOTH_ALIASED && offset >= HALF) {
        return run.memory - MEMORY_AT + ALIAS_AT + offset - HALF;
    }
    return run.memory + offset;
}

static uintptr_t key_address(uint32_t key) {
    return run.memory + TRACE_BYTES + (uintptr_t)key * KEY_STEP;
}

/* A range that lies in both halves of an aliased memory is no range. */
static bool is_one_range(const struct step *s, uint32_t size) {
    return run.shadow != BOTH_ALIASED || !step_is_about_memory(s) || s->where >= HALF ||
           s->where + size <= HALF;
}

static void choose_place(void) {
    unsigned long i = run.since_start % PLACES;
    run.memory = MEMORY_AT + i * 2 * TRACE_BYTES;
    if (i == 0 && run.shadow != BOTH_ALIASED) {
        run.memory = FOLD_AT - HALF;
    }
}

/* -- the core's side ------------------------------------------------------------------------ */

/* A plain access goes the way instrumented code goes. */
static void plain_access(struct det_task *t, uintptr_t addr, uint32_t size, bool write,
                         uintptr_t pc) {
    switch (size) {
    case 1:
        hot_access(t, addr, 1, write, pc);
        break;
    case 2:
        if (addr % 8 == 7) { /* across granules: a front-end sends these to access */
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
    case 16:
        hot_access(t, addr, 16, write, pc);
        break;
    default: /* the bits tell reports something, and verdicts nothing */
        det_access(t, addr, size, (write ? EV_WRITE : EV_READ) | (size % 3 ? EV_SYNC : EV_VOLATILE),
                   pc);
        break;
    }
}

static void core_atomic(struct det_task *t, const struct step *s) {
    uintptr_t addr = address(s->where);
    bool writes = s->kind == STEP_STORE || s->kind == STEP_RMW;
    static const enum ev_atomic did[] = {EV_LOAD, EV_STORE, EV_RMW, EV_CAS_FAILED};
    uintptr_t state = det_atomic_begin(t, addr, s->size, writes ? EV_WRITE : EV_READ, s->pc);
    det_atomic_end(t, state, addr, did[s->kind - STEP_LOAD], (enum ev_order)s->order);
}

static void core_new_task(unsigned task, struct det_task *parent, bool begin) {
    run.task[task] = det_task_create(parent, task % 2 ? EV_TASK_GOROUTINE : EV_TASK_THREAD, task,
                                     0x400000 + task);
    run.number[task] = run.task[task]->id;
    run.serial[task] = task_info(run.number[task])->serial;
    if (begin) {
        det_task_begin(run.task[task], 0, 0);
    }
}

static void core_fork(const struct step *s) {
    det_fork_child(run.task[s->task], 101);
    for (unsigned i = 0; i < run.n; i++) {
        run.task[i] = i == s->task ? run.task[i] : NULL;
    }
    run.findings_mark = det.findings->used; /* the child's own record stays */
}

static void core_lock(struct det_task *t, const struct step *s) {
    struct ev_lock lock = {.lock = address(s->where),
                           .readers = address(s->where) + 8,
                           .size = s->size,
                           .mode = s->order,
                           .pc = s->pc};
    if (s->kind == STEP_TAKE) {
        det_lock_taken(t, &lock);
    } else {
        det_lock_leaving(t, &lock);
    }
}

static void core_memory(struct det_task *t, const struct step *s) {
    uintptr_t addr = address(s->where);
    switch (s->kind) {
    case STEP_READ:
    case STEP_WRITE:
        plain_access(t, addr, s->size, s->kind == STEP_WRITE, s->pc);
        break;
    case STEP_ATOMIC_READ:
        det_access(t, addr, s->size, EV_ATOMIC, s->pc);
        break;
    case STEP_ATOMIC_WRITE:
        det_access(t, addr, s->size, EV_ATOMIC | EV_WRITE, s->pc);
        break;
    case STEP_NEW:
        det_memory_new(t, addr, s->size, s->pc);
        break;
    case STEP_FREE:
        det_memory_free(t, addr, s->pc);
        break;
    case STEP_BEGIN:
        det_task_begin(t, addr, addr + s->size);
        break;
    case STEP_FORGET:
        det_memory_forget(addr, s->size);
        break;
    case STEP_TAKE:
    case STEP_LEAVE:
        core_lock(t, s);
        break;
    default:
        core_atomic(t, s);
        break;
    }
}

static void core_step(const struct step *s) {
    struct det_task *t = run.task[s->task];
    uintptr_t key = key_address(s->where);
    switch (s->kind) {
    case STEP_GO:
        core_new_task(s->where, t, s->size == 0);
        break;
    case STEP_ADOPT:
        core_new_task(s->task, NULL, true);
        break;
    case STEP_END:
        det_task_end(t);
        run.task[s->task] = NULL;
        break;
    case STEP_FORK:
        core_fork(s);
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
    case STEP_MEET:
        det_meet(t, run.task[s->where]);
        break;
    case STEP_FENCE:
        det_fence(t, (enum ev_order)s->order);
        break;
    case STEP_LOCK:
        det_lock_acquired(t, key, s->order, s->pc);
        break;
    case STEP_UNLOCK:
        det_lock_released(t, key, s->order);
        break;
    case STEP_DESTROY:
        det_object_destroy(t, key, (size_t)s->size * KEY_STEP);
        break;
    case STEP_CALL:
        if (s->order % 2) {
            det_call_exit(t);
        } else {
            det_call_enter(t, s->pc);
        }
        break;
    default:
        core_memory(t, s);
        break;
    }
}

/* -- reports -------------------------------------------------------------------------------- */

/* One of the two accesses of a race, as its record says it. */
struct told {
    struct raw_access access;
    uint64_t pc; /* innermost */
    uint32_t locks;
};

static uint32_t lock_bit(uint64_t addr) {
    uint64_t word = (addr - address(TRACE_LOCK_AREA)) / 16;
    if (word < TRACE_LOCK_WORDS) {
        return 1u << (TRACE_LOCKS + word);
    }
    return 1u << (addr - key_address(0)) / KEY_STEP;
}

static void read_report(const struct record_head *r, struct told told[2], struct raw_order *order) {
    const char *at = (const char *)(r + 1);
    int n = -1;
    bool wants_stack = false;
    for (const struct item_head *item; at < (const char *)r + r->bytes;
         at += sizeof *item + ((item->bytes + 7) & ~7u)) {
        item = (const struct item_head *)(const void *)at;
        const void *payload = item + 1;
        if (item->tag == ITEM_ACCESS && n < 1) {
            told[++n] = (struct told){0};
            memcpy(&told[n].access, payload, sizeof told[n].access);
            wants_stack = true;
        } else if (item->tag == ITEM_STACK && wants_stack) {
            memcpy(&told[n].pc, payload, item->bytes ? sizeof told[n].pc : 0);
            wants_stack = false;
        } else if (item->tag == ITEM_LOCK && n >= 0) {
            struct raw_lock lock;
            memcpy(&lock, payload, sizeof lock);
            told[n].locks |= lock_bit(lock.addr);
        } else if (item->tag == ITEM_ORDER) {
            memcpy(order, payload, sizeof *order);
        }
    }
}

/* Whether the report tells of this earlier access. */
static bool tells_of(const struct told *told, const struct rival *rival) {
    uintptr_t byte = address(rival->byte);
    return told->access.task == run.serial[rival->task] && told->pc == rival->pc &&
           ((told->access.access & EV_WRITE) != 0) == rival->writes &&
           ((told->access.access & EV_ATOMIC) != 0) == rival->atomic && told->access.addr <= byte &&
           byte < told->access.addr + told->access.size;
}

/* What the report says wrongly of this rival; NULL: nothing. */
static const char *check_facts(const struct told *told, const struct raw_order *order,
                               uint32_t locks, const struct rival *rival) {
    if ((told->locks ^ rival->locks) & ~rival->taking) {
        return "the report misnames the locks of the earlier access";
    }
    if ((order->common_lock != 0) != ((locks & told->locks) != 0)) {
        return "the report is wrong about a common lock";
    }
    bool renewing = det.tasks.renew_at != NUMBERS_EPOCHS; /* which may hide a publication */
    if (!rival->task_ended && !renewing && (order->a_published != 0) != rival->published) {
        return "the report is wrong about a publication";
    }
    if (order->follows && !rival->follows && run.n <= ORACLE_FOLLOWS) {
        return "a race is said to follow that does not";
    }
    return order->b_knows_a && !rival->heard ? "the report is wrong about what was learned" : NULL;
}

static const char *check_report(const struct record_head *r, const struct step *s, uint32_t locks) {
    struct told told[2] = {0};
    struct raw_order order = {0};
    read_report(r, told, &order);
    if (told[0].access.task != run.serial[s->task] || told[0].pc != s->pc ||
        told[0].access.addr != address(s->where) || told[0].locks != locks) {
        return "the report misnames the later access";
    }
    size_t n;
    const struct rival *rivals = oracle_rivals(run.oracle, &n);
    const char *wrong = "the report names an earlier access that does not race";
    for (size_t i = 0; i < n; i++) { /* several rivals look alike when they share a place */
        if (tells_of(&told[1], &rivals[i])) {
            wrong = check_facts(&told[1], &order, locks, &rivals[i]);
            if (!wrong) {
                run.counts.follow += rivals[i].follows;
                run.counts.follow_told += order.follows && rivals[i].follows;
                return NULL;
            }
        }
    }
    return wrong;
}

/* Reports made since the findings file was `used` bytes long. */
static const char *check_reports(uint64_t used, const struct step *s, uint32_t locks) {
    const char *file = (const char *)det.findings;
    for (uint64_t at = used; at < det.findings->used;) {
        const struct record_head *r = (const struct record_head *)(const void *)(file + at);
        const char *wrong = r->kind == RECORD_RACE ? check_report(r, s, locks) : NULL;
        if (wrong) {
            return wrong;
        }
        at += r->bytes;
    }
    return NULL;
}

/* -- laws ----------------------------------------------------------------------------------- */

/* Whether the step publishes what its task knew before it, and not more. */
static bool publishes(const struct step *s) {
    bool releases = s->order == EV_RELEASE || s->order == EV_ACQ_REL || s->order == EV_SEQ_CST;
    return s->kind == STEP_GO || s->kind == STEP_MEET ||
           (s->kind >= STEP_RELEASE && s->kind <= STEP_SWAP) ||
           (s->kind == STEP_STORE && releases) ||
           ((s->kind == STEP_RMW || s->kind == STEP_FENCE) && s->order == EV_RELEASE);
}

/* Law: no epoch is published with two contents (task.h). Looked at for few tasks. */
static const char *check_publication(const struct step *s) {
    const struct det_task *t = run.task[s->task];
    struct clock c = task_publication(t);
    struct published *same = NULL;
    for (size_t i = 0; i < run.n_published && !same; i++) {
        bool is_same = run.published[i].task == s->task && run.published[i].at == c.at;
        same = is_same ? &run.published[i] : NULL;
    }
    if (!same) {
        if (run.n_published == run.published_room) {
            run.published_room = run.published_room ? run.published_room * 2 : 64;
            run.published = realloc(run.published, run.published_room * sizeof *run.published);
        }
        same = &run.published[run.n_published++];
        *same = (struct published){
            .task = s->task, .at = c.at, .knows = malloc(run.n * sizeof *same->knows)};
        for (unsigned i = 0; i < run.n; i++) {
            same->knows[i] = clock_get(&c, run.number[i]);
        }
        return NULL;
    }
    for (unsigned i = 0; i < run.n; i++) {
        if (run.number[i] && same->knows[i] != clock_get(&c, run.number[i])) {
            return "an epoch is published with two contents";
        }
    }
    return NULL;
}

static const char *check_words(uint32_t top) {
    for (uint32_t offset = 0; offset < top; offset += 16) {
        const uint64_t *block = shadow_block(address(offset));
        for (unsigned i = 0; i < 8; i++) {
            if (record_is_locked(block[i])) {
                return "a block stays locked";
            }
            const char *wrong =
                record_is_shared(block[i]) ? recset_check(record_set(block[i])) : NULL;
            if (wrong) {
                return wrong;
            }
        }
    }
    return NULL;
}

/* Not with collections: numbers do not stand for tasks then, and only verdicts can be compared. */
static const char *check_order(void) {
    if (run.collect_each) {
        return NULL;
    }
    for (size_t i = 0; i < run.n_marks; i++) {
        const struct mark *m = &run.marks[i];
        for (unsigned b = 0; b < run.n; b++) {
            if (!run.task[b] || b == m->task) {
                continue;
            }
            bool knows = clock_get(&run.task[b]->clock, m->number) >= m->epoch;
            if (knows != oracle_knows(run.oracle, b, m->task, m->count)) {
                return knows ? "the core alone orders an earlier access before a task's present"
                             : "the oracle alone orders an earlier access before a task's present";
            }
            run.counts.ordered_pairs += knows;
        }
    }
    return NULL;
}

static const char *check_end(void) {
    for (unsigned i = 0; i < run.n; i++) {
        const char *wrong = run.task[i] ? clock_check(&run.task[i]->clock) : NULL;
        if (wrong) {
            return wrong;
        }
    }
    const char *wrong = check_words(run.top);
    return wrong ? wrong : check_order();
}

/* -- one step ------------------------------------------------------------------------------- */

/* Retired already, or now: `retire` says which is asked. */
static bool any_retired(const struct step *s, uint32_t size, bool retire) {
    bool any = false;
    for (uint32_t g = s->where / 4u; g * 4 < s->where + size; g++) {
        any |= run.retired[g];
        run.retired[g] |= retire;
    }
    return any;
}

static bool forgets(const struct step *s) {
    return s->kind == STEP_NEW || s->kind == STEP_FORGET || s->kind == STEP_BEGIN;
}

static void mark_access(const struct step *s, uint32_t size) {
    if (s->kind == STEP_FREE && size >= 65536) {
        return; /* may have touched nothing */
    }
    if (run.n_marks == run.marks_room) {
        run.marks_room = run.marks_room ? run.marks_room * 2 : 256;
        run.marks = realloc(run.marks, run.marks_room * sizeof *run.marks);
    }
    run.marks[run.n_marks++] = (struct mark){.task = s->task,
                                             .number = run.number[s->task],
                                             .epoch = run.task[s->task]->clock.at,
                                             .count = oracle_count(run.oracle, s->task) + 1};
}

static const char *judge(const struct step *s, bool found, bool expected, bool settled) {
    if (found && !expected) {
        return "the core alone finds a race";
    }
    if (expected && !found && !settled) {
        return "the oracle alone finds a race";
    }
    if (s->expect >= 0 && s->expect != expected) {
        return expected ? "a race is found where none is expected" : "an expected race is missed";
    }
    return NULL;
}

/* As the main task, or whoever is there. */
static const char *perhaps_collect(void) {
    run.collect_seed = run.collect_seed * 6364136223846793005u + 1442695040888963407u;
    if (!run.collect_each || (uint32_t)(run.collect_seed >> 33) % run.collect_each) {
        return NULL;
    }
    unsigned as = 0;
    while (as < run.n && !run.task[as]) {
        as++;
    }
    return as < run.n && collect_now(run.task[as]) ? collect_check() : NULL;
}

static const char *both_step(const struct step *s) {
    if (!oracle_allows(run.oracle, s)) {
        return NULL;
    }
    uint32_t size = oracle_extent(run.oracle, s);
    bool accesses = step_accesses(s);
    if (!is_one_range(s, size)) {
        return NULL;
    }
    bool settled = accesses && any_retired(s, size, false);
    if (step_is_about_memory(s)) {
        run.top = run.top > s->where + size ? run.top : s->where + size;
    }
    if (s->kind >= STEP_ACQUIRE && s->kind <= STEP_SWAP && s->where >= run.top_key) {
        run.top_key = s->where + 1;
    }
    if (accesses) {
        mark_access(s, size);
    }
    if (run.n <= 16 && !run.collect_each && publishes(s)) {
        const char *wrong = check_publication(s);
        if (wrong) {
            return wrong;
        }
    }
    const char *broken = perhaps_collect();
    if (broken) {
        return broken;
    }
    uint64_t before = race_found();
    uint64_t used = det.findings->used;
    uint32_t locks = oracle_locks(run.oracle, s->task);
    bool expected = oracle_step(run.oracle, s);
    core_step(s);
    bool found = race_found() > before;
    run.counts.accesses += accesses;
    run.counts.races += expected;
    run.counts.after_first += found && settled;
    for (uint32_t g = (s->where + 3u) / 4; forgets(s) && g * 4 + 4 <= s->where + size; g++) {
        run.retired[g] = false;
    }
    if (accesses && expected) {
        any_retired(s, size, true);
    }
    const char *wrong = judge(s, found, expected, settled);
    return wrong || !found ? wrong : check_reports(used, s, locks);
}

/* -- one trace ------------------------------------------------------------------------------ */

static unsigned count_tasks(const struct step *steps, unsigned n) {
    unsigned tasks = 1;
    for (unsigned i = 0; i < n; i++) {
        unsigned last = steps[i].task;
        last = steps[i].kind == STEP_GO && steps[i].where > last ? steps[i].where : last;
        tasks = last < TRACE_TASKS && last + 1 > tasks ? last + 1 : tasks;
    }
    return tasks;
}

static void begin_trace(const struct step *steps, unsigned n) {
    run.n = count_tasks(steps, n);
    oracle_reset(run.oracle, run.n);
    memset(run.task, 0, run.n * sizeof run.task[0]);
    memset(run.number, 0, run.n * sizeof run.number[0]);
    choose_place();
    core_new_task(0, NULL, true);
    run.top = run.top_key = 0;
    run.n_marks = 0;
    run.counts.traces++;
    run.since_start++;
    det.findings->used = run.findings_mark;
    /* A report looks at all tasks there ever were: of short traces, every 8th has its reports checked. */
    det.races.reported = n > 50 || run.since_start % 8 == 0 ? 0 : UINT64_MAX;
    det.races.n = 0;
    if (det.races.seen) {
        memset(det.races.seen, 0, det.races.room * sizeof *det.races.seen);
    }
}

static void end_trace(void) {
    for (unsigned i = 0; i < run.n; i++) {
        det_task_end(run.task[i]); /* NULL: ended already */
    }
    for (size_t i = 0; i < run.n_published; i++) {
        free(run.published[i].knows);
    }
    run.n_published = 0;
    memset(run.retired, 0, (run.top + 3) / 4);
    uint32_t first = run.shadow == BOTH_ALIASED && run.top > HALF ? HALF : run.top;
    det_memory_forget(run.memory, first);
    if (first < run.top) {
        det_memory_forget(address(HALF), run.top - HALF);
    }
    det_memory_forget(key_address(0), (size_t)run.top_key * KEY_STEP);
}

const char *both_run(const struct step *steps, unsigned n, bool few_places, unsigned *at) {
    const char *wrong = NULL;
    begin_trace(steps, n);
    for (*at = 0; *at < n && !wrong; ++*at) {
        struct step s = steps[*at];
        s.pc = 0x1000 + (few_places ? s.kind * 4u + *at % 4 : *at) * 16;
        wrong = both_step(&s);
    }
    wrong = wrong ? wrong : check_end();
    *at -= *at > 0;
    end_trace();
    return wrong;
}

/* -- the process ---------------------------------------------------------------------------- */

void both_collect(unsigned steps, bool renewing) {
    run.collect_each = steps;
    det.tasks.renew_at = renewing ? 40 : NUMBERS_EPOCHS;
}

void both_start(enum both_shadow shadow) {
    run.shadow = shadow;
    run.since_start = 0;
    refuse_direct = shadow == BOTH_TWO_LEVEL;
    if (!run.oracle) {
        run.oracle = oracle_new();
    }
    struct det_task *first = fake_start();
    det.options.max_reports = 1000000;
    run.findings_mark = det.findings->used;
    if (shadow == BOTH_ALIASED) { /* switches the fast path off before anything is compared */
        det_access(first, MEMORY_AT, 4, EV_READ, 0x1000);
        det_access(first, ALIAS_AT, 4, EV_READ, 0x1000);
        det_memory_forget(MEMORY_AT, 4);
        det_memory_forget(ALIAS_AT, 4);
    }
}

void both_forget(void) {
    fake_end();
}
