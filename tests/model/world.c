/* world.c - the processes of one execution, and when each can take its step. */
#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "memory.h"
#include "races.h"
#include "search.h"

#define NAMES_BYTES 24

struct process world_procs[PROCS_MAX];
unsigned world_n_procs;
struct process *world_self;
bool (*world_on_unlock)(const rdl__lock *lock);

static struct {
    const struct config *config;
    rdl__context checker;
    bool failed;
    char message[400];
    struct task tasks[TASKS_MAX];
    int64_t now_ns;
    unsigned jumps;
    char notes[64][64];
    unsigned n_notes;
} world;

/* -- failure -- */

static void to_checker(void) {
    struct process *p = world_self;
    world_self = NULL;
    rdl__arch_switch(&p->context, world.checker);
}

_Noreturn void world_fail(const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(world.message, sizeof(world.message), format, args);
    va_end(args);
    if (world_self == NULL) {
        search_fail(world.message);
    }
    world.failed = true;
    to_checker();
    __builtin_unreachable();
}

const char *world_name(const struct process *p) {
    static char names[PROCS_MAX][NAMES_BYTES];
    char *name = names[world_index(p)];
    unsigned task = (unsigned)((p->task != NULL ? p->task : p->left) - world.tasks) + 1;
    if (p->thread_fn != NULL) {
        snprintf(name, NAMES_BYTES, "thread %u", world_index(p) + 1);
    } else {
        snprintf(name, NAMES_BYTES, p->task != NULL ? "task %u" : "  park of task %u", task);
    }
    return name;
}

void world_note(const char *format, ...) {
    char *note = world.notes[world.n_notes % 64];
    va_list args;
    va_start(args, format);
    vsnprintf(note, sizeof(world.notes[0]), format, args);
    va_end(args);
    world.n_notes++;
    world_self->note = note;
}

/* -- processes -- */

_Noreturn void world_stop(void) {
    struct process *p = world_self;
    if (p->n_held != 0) {
        world_fail("%s ends and holds a lock", world_name(p));
    }
    p->finished = true;
    to_checker();
    __builtin_unreachable();
}

static _Noreturn void process_main(void *process) {
    struct process *p = process;
    if (p->thread_fn != NULL) {
        (void)p->thread_fn(p->commit_arg);
    } else if (p->task != NULL) {
        p->body();
    } else {
        p->commit(p->left, p->commit_arg);
    }
    world_stop();
}

static struct process *new_process(void) {
    if (world_n_procs == PROCS_MAX) {
        world_fail("more than %d processes: does it end?", PROCS_MAX);
    }
    struct process *p = &world_procs[world_n_procs++];
    struct rdl__control control;
    *p = (struct process){.thread = {.budget = UINT32_MAX}, .spurious = world.config->spurious};
    rdl__arch_get_control(&control);
    rdl__arch_prepare(&p->context, memory_stack_top(world_index(p)), process_main, p, &control);
    return p;
}

static void new_task(unsigned i) {
    struct process *p = new_process();
    struct task *t = &world.tasks[i];
    *t = (struct task){.id = i + 1, .kind = TASK_GOROUTINE};
    p->task = t;
    p->body = world.config->tasks[i];
    p->may_block = (world.config->may_block >> i & 1) != 0;
    p->thread.task = t;
}

struct process *world_spawn_commit(void (*commit)(struct task *, void *), void *arg) {
    struct process *parent = world_self;
    struct process *p = new_process();
    p->commit = commit;
    p->commit_arg = arg;
    p->left = parent->task;
    memcpy(p->held, parent->held, sizeof(p->held));
    p->n_held = parent->n_held;
    parent->n_held = 0;
    log_add_process(parent, p);
    races_add_process(parent, p);
    return p;
}

void world_spawn_thread(void *(*fn)(void *), void *arg) {
    struct process *parent = world_self;
    struct process *p = new_process();
    p->thread_fn = fn;
    p->commit_arg = arg;
    p->may_block = true;
    log_add_process(parent, p);
    races_add_process(parent, p);
}

struct process *world_process_of(const struct task *t) {
    for (unsigned i = 0; i < world_n_procs; i++) {
        if (world_procs[i].task == t) {
            return &world_procs[i];
        }
    }
    world_fail("%p is no task", (const void *)t);
}

void world_reset(const struct config *config) {
    world_n_procs = 0;
    world_self = NULL;
    world_on_unlock = NULL;
    world.config = config;
    world.failed = false;
    world.now_ns = 1000000000;
    world.jumps = 0;
    world.n_notes = 0;
    rdl__this_thread = (struct rdl__thread){.budget = UINT32_MAX};
    memory_reset();
    memset(&rdl__rt, 0, sizeof(rdl__rt));
    rdl__rt.cpus = config->cpus != 0 ? config->cpus : 1;
    rdl__rt.timers.next_ns = INT64_MAX;
    config->setup();
    for (unsigned i = 0; i < TASKS_MAX && config->tasks[i] != NULL; i++) {
        new_task(i);
    }
}

static void resume(struct process *p) {
    world_self = p;
    rdl__this_thread = p->thread;
    rdl__arch_switch(&world.checker, p->context);
    p->thread = rdl__this_thread;
    if (world.failed) {
        search_fail(world.message);
    }
}

void world_start_new(void) {
    for (unsigned i = 0; i < world_n_procs; i++) {
        if (!world_procs[i].started) {
            world_procs[i].started = true;
            resume(&world_procs[i]);
        }
    }
}

void world_advance(struct process *p) {
    if (p->note != NULL) {
        log_events[log_n - 1].note = p->note;
        p->note = NULL;
    }
    resume(p);
}

/* -- steps -- */

static bool is_possible(const struct process *p) {
    const struct op *op = &p->pending;
    switch (op->kind) {
    case OP_LOCK:
        return *(const uint32_t *)op->object == LOCK_FREE;
    case OP_WOKEN:
        return p->asleep_on == NULL || p->spurious > 0;
    case OP_RESUME:
        return p->ready;
    case OP_AWAIT:
        return world_process_of(op->object)->has_parked;
    case OP_RETRY:
        return log_has_changed(op, p, p->paused_at);
    default:
        return true;
    }
}

bool world_is_enabled(const struct process *p) {
    return p->started && !p->finished && is_possible(p);
}

static void note_seen(struct process *p, const void *object) {
    for (unsigned i = 0; i < p->n_seen; i++) {
        if (p->seen[i] == object) {
            return;
        }
    }
    p->seen[p->n_seen++ % WATCH_MAX] = object;
    p->n_seen = p->n_seen > WATCH_MAX ? WATCH_MAX : p->n_seen;
}

static bool has_seen(const struct process *p, const void *object) {
    for (unsigned i = 0; i < p->n_seen; i++) {
        if (p->seen[i] == object) {
            return true;
        }
    }
    return false;
}

static void sign(struct process *p, enum op_kind kind, uintptr_t pc) {
    p->round = (p->round ^ pc ^ (uintptr_t)kind << 48) * 0x100000001b3u + 1;
}

/* Nobody else looks into a process' thread block. */
static bool is_own(const void *object) {
    const char *at = object, *own = (const char *)&rdl__this_thread;
    return at >= own && at < own + sizeof(rdl__this_thread);
}

static void step(enum op_kind kind, const struct op *op) {
    struct process *p = world_self;
    if (is_own(op->object)) {
        return;
    }
    p->spins_out = false;
    sign(p, kind, op->pc);
    note_seen(p, op->object);
    p->wrote = p->wrote || kind != OP_LOAD;
    p->pending = *op;
    to_checker();
}

void world_step(enum op_kind kind, const void *object, uintptr_t pc) {
    const struct process *p = world_self;
    if (kind == OP_LOAD && p->spins_out && has_seen(p, object)) {
        return; /* nobody has come between since it was read last */
    }
    step(kind, &(struct op){.kind = kind, .object = object, .pc = pc});
}

void world_step_swap(const void *object, size_t bytes, uint64_t expected, uintptr_t pc) {
    step(OP_CHANGE, &(struct op){.kind = OP_CHANGE,
                                 .object = object,
                                 .pc = pc,
                                 .is_swap = true,
                                 .expected = expected,
                                 .bytes = bytes});
}

void world_step_futex(enum op_kind kind, const void *word, uint32_t expected, uintptr_t pc) {
    struct op op = {.kind = kind, .object = (const char *)word + 1, .pc = pc, .expected = expected};
    if (kind == OP_WAIT) {
        op.watched[op.n_watched++] = word;
    }
    step(kind, &op);
}

static bool anybody_asleep(const void *word) {
    for (unsigned i = 0; i < world_n_procs; i++) {
        if (world_procs[i].asleep_on == word) {
            return true;
        }
    }
    return false;
}

bool world_will_change(const struct process *p) {
    const struct op *op = &p->pending;
    switch (op->kind) {
    case OP_LOAD:
    case OP_RETRY:
    case OP_AWAIT:
        return false;
    case OP_CHANGE:
        return !op->is_swap || memcmp(op->object, &op->expected, op->bytes) == 0;
    case OP_WAIT:
        return *(const uint32_t *)op->watched[0] == (uint32_t)op->expected;
    case OP_WAKE:
        return anybody_asleep((const char *)op->object - 1);
    default:
        return true;
    }
}

/* A process that pauses will look again. Once it has done the same as in the round before, it is taken
 * to go round: a loop that only looks, and gives up after a while, to find nothing new until then
 * (had it found something, it would go on like one that came later); one that writes, or never gives
 * up, to wait for somebody's change. */
void world_pause(bool may_spin_out, uintptr_t pc) {
    struct process *p = world_self;
    if (p->round == 0 || p->spins_out) {
        return;
    }
    bool goes_round = p->round == p->round_before;
    bool wrote = p->wrote;
    p->round_before = p->round;
    p->round = 0;
    p->wrote = false;
    if (!goes_round) {
        p->n_seen = 0;
        return;
    }
    if (may_spin_out && !wrote) {
        p->spins_out = true;
        return;
    }
    p->pending = (struct op){.kind = OP_RETRY, .object = p->seen[0], .pc = pc};
    memcpy(p->pending.watched, p->seen, sizeof(p->seen));
    p->pending.n_watched = p->n_seen;
    p->paused_at = log_n;
    to_checker();
    p->n_seen = 0;
}

unsigned world_choose(unsigned n) {
    return n == 1 ? 0 : search_choose(n);
}

void world_pass_time(void) {
    world.now_ns += 1000;
}

void world_await_parked(unsigned task) {
    world_step(OP_AWAIT, &world.tasks[task], (uintptr_t)__builtin_return_address(0));
}

/* Each look at the clock may find that much time has passed, as often as the configuration says. */
int64_t world_now(uintptr_t pc) {
    if (world_self == NULL || world.config->clock_jumps == 0) {
        return world.now_ns;
    }
    world_step(OP_CLOCK, &world.now_ns, pc);
    if (world.jumps < world.config->clock_jumps && world_choose(2) == 1) {
        world.jumps++;
        world.now_ns += 10000000;
    }
    return world.now_ns;
}

/* -- the end -- */

void world_end(void) {
    for (unsigned i = 0; i < world_n_procs; i++) {
        if (!world_procs[i].finished && !world_procs[i].may_block) {
            world_fail("%s never goes on", world_name(&world_procs[i]));
        }
    }
    if (world.config->check != NULL) {
        world.config->check();
    }
}

/* -- panics -- */

const char *world_try(void (*fn)(void *), void *arg) {
    struct process *p = world_self;
    p->panic = NULL;
    return rdl__arch_try(&p->try_mark, fn, arg) != 0 ? p->panic : NULL;
}

_Noreturn void world_panic(const char *text) {
    struct process *p = world_self;
    if (p == NULL || p->try_mark == NULL) {
        world_fail("panic: %s", text);
    }
    if (p->n_held != 0) {
        world_fail("%s panics and holds a lock: %s", world_name(p), text);
    }
    p->panic = text;
    rdl__arch_jump(p->try_mark);
}
