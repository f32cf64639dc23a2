/* task.c - making tasks, keeping the dead ones, and turning threads into tasks. */
#include "runtime/task.h"

#include "runtime/crash.h"
#include "runtime/mem.h"
#include "runtime/monitor.h"
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/text.h"
#include "runtime/unwind.h"

#define SLAB_FIRST    64u /* structs in the first slab; each has twice the one before */
#define DEAD_MAX      64  /* dead tasks, with warm stacks, that a worker keeps for itself */
#define STACK_COLOURS 16u /* tops are shifted by cache lines: stacks would share few sets */
#define COPY_ON_STACK ((size_t)4096) /* a larger argument goes to the heap */
#define STACK_ALIGNED 16u

static struct rdl__tasks *const tasks = &rdl__rt.tasks;

/* -- the table of all structs, dead or alive -- */

static uint32_t slab_size(unsigned slab) {
    return SLAB_FIRST << slab;
}

static uint32_t slab_start(unsigned slab) {
    return SLAB_FIRST * ((1u << slab) - 1);
}

static unsigned slab_of(uint32_t index) {
    unsigned slab = 0;
    while (index >= slab_start(slab + 1)) {
        slab++;
    }
    return slab;
}

/* A struct that was never used, all zero; NULL without memory. Lock held. */
static struct task *cut_struct(void) {
    uint32_t n = atomic_load_explicit(&tasks->n_cut, memory_order_relaxed); /* lock held */
    unsigned slab = slab_of(n);
    if (slab >= TASK_SLABS) {
        return NULL;
    }
    if (tasks->slabs[slab] == NULL) {
        tasks->slabs[slab] = rdl__os_map(slab_size(slab) * sizeof(struct task));
        if (tasks->slabs[slab] == NULL) {
            return NULL;
        }
    }
    atomic_store_explicit(&tasks->n_cut, n + 1, memory_order_release); /* with its slab */
    return &tasks->slabs[slab][n - slab_start(slab)];
}

/* Takes no lock: a signal may have struck while this thread held it. */
void rdl__task_each(void (*visit)(struct task *t, void *arg), void *arg) {
    uint32_t n = atomic_load_explicit(&tasks->n_cut, memory_order_acquire);
    for (uint32_t i = 0; i < n; i++) {
        unsigned slab = slab_of(i);
        visit(&tasks->slabs[slab][i - slab_start(slab)], arg);
    }
}

static struct task *take_struct(struct worker *w) {
    if (w != NULL && w->dead != NULL) {
        struct task *t = w->dead;
        w->dead = t->next;
        w->n_dead--;
        return t;
    }
    rdl__lock_acquire(&tasks->lock, RANK_TASKS);
    struct task *t = tasks->dead;
    if (t != NULL) {
        tasks->dead = t->next;
    } else {
        t = cut_struct();
    }
    rdl__lock_release(&tasks->lock);
    return t;
}

/* Half of what the worker keeps goes to everybody, without its stacks. */
static void share_dead(struct worker *w) {
    struct task *first = NULL;
    struct task *last = w->dead;
    for (unsigned i = 0; i < DEAD_MAX / 2; i++) {
        struct task *t = w->dead;
        w->dead = t->next;
        rdl__stack_free(&t->stack);
        t->next = first;
        first = t;
    }
    w->n_dead -= DEAD_MAX / 2;
    rdl__lock_acquire(&tasks->lock, RANK_TASKS);
    last->next = tasks->dead;
    tasks->dead = first;
    rdl__lock_release(&tasks->lock);
}

static void keep_dead(struct task *t) {
    struct worker *w = rdl__arch_thread()->worker;
    if (t->stack.hi != 0 && (w == NULL || t->stack.class != rdl__rt.default_class)) {
        rdl__stack_free(&t->stack);
    }
    if (w != NULL && t->stack.hi != 0) {
        t->next = w->dead;
        w->dead = t;
        if (++w->n_dead == DEAD_MAX) {
            share_dead(w);
        }
        return;
    }
    rdl__lock_acquire(&tasks->lock, RANK_TASKS);
    t->next = tasks->dead;
    tasks->dead = t;
    rdl__lock_release(&tasks->lock);
}

/* -- numbers -- */

static uint64_t next_id(struct worker *w) {
    if (w == NULL) {
        return atomic_fetch_add_explicit(&tasks->next_id, 1, memory_order_relaxed); /* unique */
    }
    if (w->id_next == w->id_end) {
        w->id_next =
            atomic_fetch_add_explicit(&tasks->next_id, ID_BATCH, memory_order_relaxed); /* unique */
        w->id_end = w->id_next + ID_BATCH;
    }
    return w->id_next++;
}

/* Only the owner writes its count, so no locked instruction is needed; the sum is a snapshot. */
static void count(struct worker *w, int64_t n) {
    if (w == NULL) {
        atomic_fetch_add_explicit(&tasks->n_foreign, n, memory_order_relaxed); /* a count */
    } else {
        int64_t before = atomic_load_explicit(&w->n_tasks, memory_order_relaxed); /* own */
        atomic_store_explicit(&w->n_tasks, before + n, memory_order_relaxed);     /* own */
    }
}

size_t rdl__task_count(void) {
    int64_t sum = atomic_load_explicit(&tasks->n_foreign, memory_order_relaxed); /* a snapshot */
    uint32_t n = atomic_load_explicit(&rdl__rt.sched.n_workers, memory_order_acquire);
    for (uint32_t i = 0; i < n; i++) {
        struct worker *w = atomic_load_explicit(&rdl__rt.sched.workers[i], memory_order_acquire);
        sum += atomic_load_explicit(&w->n_tasks, memory_order_relaxed); /* a snapshot */
    }
    return sum < 0 ? 0 : (size_t)sum;
}

void rdl__task_set_name(struct task *t, const char *name) {
    size_t i = 0;
    for (; name != NULL && name[i] != 0 && i + 1 < sizeof(t->name); i++) {
        t->name[i] = name[i];
    }
    t->name[i] = 0;
    if (name != NULL) {
        EMIT(task_note(t->det, EV_NOTE_NAME, name));
    }
}

/* -- goroutines -- */

static void rdl__task_main(void *task) {
    struct task *t = task;
    rdl__fiber_arrive();
    t->fn(t->arg);
    rdl__panic_returned(rdl__task_self());
    rdl__task_end(rdl__task_self());
}

_Noreturn void rdl__task_end(struct task *self) {
    if (self->copied) {
        rdl__mem_free(self, self->arg);
    }
    if (self->kind == TASK_MAIN) {
        atomic_store_explicit(&rdl__rt.main_left, true, memory_order_release);
    }
    rdl__sched_exit(self);
}

static void clear(struct task *t, enum task_kind kind, uint64_t id) {
    t->kind = (uint8_t)kind;
    t->started = false;
    t->daemon = false;
    t->copied = false;
    t->id = id;
    t->home = NULL;
    t->locked = 0;
    t->blocking = 0;
    t->saved_errno = 0;
    t->exceptions = (struct rdl__exceptions){.caught = NULL};
    t->defers = NULL;
    t->panics = NULL;
    t->tries = NULL;
    t->recovered.info = NULL;
    t->renders = false;
    t->name[0] = 0;
    t->det = NULL;
    t->pc = 0;
}

/* The stack is empty but for a copied argument at its top. */
static void *prepare_stack(struct task *t, const void *arg, size_t copy_bytes) {
    uintptr_t top = t->stack.hi - (t->stack.hi >> 18) % STACK_COLOURS * CACHE_LINE;
    void *place = (void *)arg;
    if (copy_bytes != 0 && !t->copied) {
        top -= (copy_bytes + STACK_ALIGNED - 1) / STACK_ALIGNED * STACK_ALIGNED;
        place = (void *)top;
    }
    rdl__fiber_new(&t->fiber, t->stack.lo + STACK_GUARD_BYTES, t->stack.hi);
    rdl__arch_prepare(&t->context, (void *)top, rdl__task_main, t);
    return place;
}

static void check_options(const rdl_go_options *options, unsigned class, uintptr_t pc) {
    if (class >= STACK_CLASSES) {
        rdl__panic_text(TEXT_STACK_TOO_BIG, pc);
    }
    if (options->copy_bytes > PTRDIFF_MAX) {
        rdl__panic_text(TEXT_COPY_TOO_BIG, pc);
    }
}

struct task *rdl__task_new(struct task *creator, const rdl_go_options *options, void (*fn)(void *),
                           void *arg, uintptr_t pc) {
    struct worker *w = rdl__arch_thread()->worker;
    unsigned class = rdl__rt.default_class;
    if (options->stack_bytes != 0) {
        size_t bytes; /* with the guard; too much for any class when the sum wraps */
        bool wraps = __builtin_add_overflow(options->stack_bytes, STACK_GUARD_BYTES, &bytes);
        class = wraps ? STACK_CLASSES : rdl__stack_class(bytes);
    }
    check_options(options, class, pc);
    if (fn == NULL) {
        rdl__panic_go_nil(pc);
    }
    if (__builtin_expect(!rdl__unwind_is_tried(), 0)) {
        rdl__unwind_load();
        (void)rdl__monitor_start();
    }
    struct task *t = take_struct(w);
    if (t == NULL) {
        rdl__crash_limit(LIMIT_MEMORY, pc);
    }
    if (t->stack.hi != 0 && t->stack.class != class) {
        rdl__stack_free(&t->stack);
    }
    if (t->stack.hi == 0 && !rdl__stack_new(&t->stack, class)) {
        rdl__crash_limit(LIMIT_STACKS, pc);
    }
    clear(t, TASK_GOROUTINE, next_id(w));
    t->fn = fn;
    t->creator_id = creator->id;
    t->creator_pc = pc;
    t->copied = options->copy_bytes > COPY_ON_STACK;
    if (t->copied) {
        t->arg = rdl__mem_new(creator, options->copy_bytes, pc);
        (void)prepare_stack(t, t->arg, options->copy_bytes);
    } else {
        t->arg = prepare_stack(t, arg, options->copy_bytes);
    }
    if (options->copy_bytes != 0) {
        rdl__emit_access(creator->det, arg, options->copy_bytes, EV_READ, pc); /* [GR-01] */
        rdl__mem_copy(t->arg, arg, options->copy_bytes);
    }
    if (rdl__emit_on()) {
        t->det = rdl__events->task_create(creator->det, EV_TASK_GOROUTINE, t->id, pc);
    }
    if (options->name != NULL) {
        rdl__task_set_name(t, options->name);
    }
    count(w, 1);
    return t;
}

void rdl__task_free(struct task *t) {
    atomic_store_explicit(&t->state, TASK_DEAD, memory_order_release);
    count(t->kind == TASK_GOROUTINE ? rdl__arch_thread()->worker : NULL, -1);
    if (t->kind == TASK_MAIN) {
        return; /* its stack is the process's: the struct stays with it */
    }
    if (t->kind == TASK_GOROUTINE) {
        rdl__fiber_end(&t->fiber);
    }
    keep_dead(t);
}

/* -- threads as tasks -- */

struct task *rdl__task_adopt(enum task_kind kind) {
    struct rdl__thread *thread = rdl__arch_thread();
    struct task *t = take_struct(NULL);
    if (t == NULL) {
        rdl__crash_startup(TEXT_NO_MEMORY);
    }
    clear(t, kind, kind == TASK_MAIN ? 1 : next_id(NULL));
    t->started = true;
    t->det = rdl__emit_current();
    atomic_store_explicit(&t->foreign_wake, 0, memory_order_relaxed); /* nobody knows t yet */
    atomic_store_explicit(&t->state, TASK_RUNNING, memory_order_release);
    count(NULL, 1);
    thread->task = t;
    atomic_store_explicit(&thread->budget, BUDGET, memory_order_relaxed); /* own */
    return t;
}

struct task *rdl__task_self(void) {
    struct rdl__thread *thread = rdl__arch_thread();
    if (__builtin_expect(thread->task == NULL, 0)) {
        rdl__rt_start();
    }
    return thread->task;
}
