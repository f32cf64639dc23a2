/* task.c - making tasks, keeping the dead ones, and turning threads into tasks. */
#include "runtime/task.h"

#include "runtime/crash.h"
#include "runtime/mem.h"
#include "runtime/monitor.h"
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/text.h"

#define SLAB_FIRST 64u /* structs in the first slab; each has twice the one before */
#define DEAD_MAX   512 /* dead tasks that a worker keeps for itself */

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
        EMIT(own_memory((uintptr_t)tasks->slabs[slab], slab_size(slab) * sizeof(struct task)));
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

/* When nobody else's are left, as many at once as will be needed soon. */
static struct task *take_shared(struct worker *w) {
    rdl__lock_acquire(&tasks->lock, RANK_TASKS);
    struct task *t = tasks->dead;
    if (t != NULL) {
        tasks->dead = t->next;
        for (unsigned i = 1; w != NULL && i < DEAD_MAX / 4 && tasks->dead != NULL; i++) {
            struct task *more = tasks->dead;
            tasks->dead = more->next;
            more->next = w->dead;
            w->dead = more;
            w->n_dead++;
        }
    } else {
        t = cut_struct();
    }
    rdl__lock_release(&tasks->lock);
    return t;
}

static struct task *take_struct(struct worker *w) {
    if (w == NULL || w->dead == NULL) {
        return take_shared(w);
    }
    struct task *t = w->dead;
    w->dead = t->next;
    w->n_dead--;
    return t;
}

/* Half of what the worker keeps goes to everybody. */
static void share_dead(struct worker *w) {
    struct task *first = w->dead;
    struct task *last = first;
    for (unsigned i = 1; i < DEAD_MAX / 2; i++) {
        last = last->next;
    }
    w->dead = last->next;
    w->n_dead -= DEAD_MAX / 2;
    rdl__lock_acquire(&tasks->lock, RANK_TASKS);
    last->next = tasks->dead;
    tasks->dead = first;
    rdl__lock_release(&tasks->lock);
}

static void keep_stack(struct worker *w, struct stack *s) {
    if (w == NULL || s->class != rdl__rt.default_class) {
        rdl__stack_free(s);
        return;
    }
    if (w->n_warm == WARM_STACKS) {
        while (w->n_warm > WARM_STACKS / 2) {
            rdl__stack_free(&w->warm[--w->n_warm]);
        }
    }
    w->warm[w->n_warm++] = *s;
    s->hi = 0;
}

static void keep_dead(struct task *t) {
    struct worker *w = rdl__arch_thread()->worker;
    if (t->stack.hi != 0) {
        rdl__fiber_end(&t->fiber);
        keep_stack(w, &t->stack);
    }
    if (w != NULL) {
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

void rdl__task_release(struct task *self) {
    if (self->copied) {
        rdl__mem_free(self, self->arg);
    }
}

_Noreturn void rdl__task_end(struct task *self) {
    rdl__task_release(self);
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

void rdl__task_prepare(struct task *t, struct worker *w) {
    if (t->stack_class == rdl__rt.default_class && w->n_warm != 0) {
        t->stack = w->warm[--w->n_warm];
    } else if (!rdl__stack_new(&t->stack, t->stack_class)) {
        rdl__crash_limit(LIMIT_STACKS, t->creator_pc);
    }
    uintptr_t top = rdl__stack_top(t->stack.hi);
    t->started = true;
    rdl__fiber_new(&t->fiber, t->stack.lo + STACK_GUARD_BYTES, t->stack.hi);
    rdl__arch_prepare(&t->context, (void *)top, rdl__sched_task_main, t, &t->control);
}

static void check_options(const rdl_go_options *options, unsigned class, const void *arg,
                          uintptr_t pc) {
    if (class >= STACK_CLASSES) {
        rdl__panic_text(TEXT_STACK_TOO_BIG, pc);
    }
    if (options->copy_bytes > PTRDIFF_MAX) {
        rdl__panic_text(TEXT_COPY_TOO_BIG, pc);
    }
    if (options->copy_bytes != 0 && arg == NULL) {
        rdl__panic_text(TEXT_NULL_ARG, pc);
    }
}

static unsigned class_of(const rdl_go_options *options) {
    if (options->stack_bytes == 0) {
        return rdl__rt.default_class;
    }
    size_t bytes; /* with the guard; too much for any class when the sum wraps */
    bool wraps = __builtin_add_overflow(options->stack_bytes, STACK_GUARD_BYTES, &bytes);
    return wraps ? STACK_CLASSES : rdl__stack_class(bytes);
}

/* Into t itself; but a detector must see that the memory is another one each time. */
static void copy_arg(struct task *t, struct task *creator, const void *arg, size_t bytes,
                     uintptr_t pc) {
    t->copied = bytes > TASK_ARG_BYTES || rdl__emit_on();
    t->arg = t->copied ? rdl__mem_new(creator, bytes, pc) : t->arg_bytes;
    rdl__emit_access(creator->det, arg, bytes, EV_READ, pc); /* [GR-01] */
    rdl__mem_copy(t->arg, arg, bytes);
}

struct task *rdl__task_new(struct task *creator, const rdl_go_options *options, void (*fn)(void *),
                           void *arg, uintptr_t pc) {
    struct worker *w = rdl__arch_thread()->worker;
    unsigned class = class_of(options);
    check_options(options, class, arg, pc);
    if (fn == NULL) {
        rdl__panic_go_nil(pc);
    }
    rdl__monitor_need();
    struct task *t = take_struct(w);
    if (t == NULL) {
        rdl__crash_limit(LIMIT_MEMORY, pc);
    }
    clear(t, TASK_GOROUTINE, next_id(w));
    rdl__arch_get_control(&t->control);
    t->stack_class = (uint8_t) class;
    t->fn = fn;
    t->arg = arg;
    t->creator_id = creator->id;
    t->creator_pc = pc;
    if (options->copy_bytes != 0) {
        copy_arg(t, creator, arg, options->copy_bytes, pc);
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
