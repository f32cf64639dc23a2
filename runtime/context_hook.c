/* context_hook.c - functions that run once a context is done.
 *
 * The user's handle is a number, and may be asked for when its function has long run. So the structs
 * lie in slabs that never go, and a number names a struct and the use it was made for.
 */
#include "runtime/context.h"
#include "runtime/crash.h"
#include "runtime/panic.h"
#include "runtime/sched.h"

#define CALLER     ((uintptr_t)__builtin_return_address(0))
#define FIRST_SLAB 64u /* structs in the first slab; each has twice the one before */

static struct rdl__contexts *const contexts = &rdl__rt.contexts;

/* -- the pool -- */

static unsigned slab_of(uint32_t index) {
    return 31 - (unsigned)__builtin_clz(index / FIRST_SLAB + 1);
}

static struct ctx_hook *hook_at(uint32_t index) {
    unsigned slab = slab_of(index);
    struct ctx_hook *first = atomic_load_explicit(&contexts->slabs[slab], memory_order_acquire);
    return first + (index - FIRST_SLAB * ((1u << slab) - 1));
}

/* One that was never used; NULL without memory. Lock held. */
static struct ctx_hook *cut_hook(void) {
    uint32_t index = atomic_load_explicit(&contexts->n_cut, memory_order_relaxed); /* lock held */
    unsigned slab = slab_of(index);
    if (slab >= HOOK_SLABS) {
        return NULL;
    }
    if (atomic_load_explicit(&contexts->slabs[slab], memory_order_relaxed) == NULL) { /* likewise */
        struct ctx_hook *fresh = rdl__os_map(((size_t)FIRST_SLAB << slab) * sizeof(*fresh));
        if (fresh == NULL) {
            return NULL;
        }
        atomic_store_explicit(&contexts->slabs[slab], fresh, memory_order_release);
    }
    struct ctx_hook *hook = hook_at(index);
    hook->index = index;
    atomic_store_explicit(&contexts->n_cut, index + 1, memory_order_release);
    return hook;
}

static struct ctx_hook *take_hook(uintptr_t pc) {
    rdl__lock_acquire(&contexts->lock, RANK_TASKS);
    struct ctx_hook *hook = contexts->unused;
    if (hook != NULL) {
        contexts->unused = hook->next;
    } else {
        hook = cut_hook();
    }
    rdl__lock_release(&contexts->lock);
    if (hook == NULL) {
        rdl__crash_limit(LIMIT_MEMORY, pc);
    }
    return hook;
}

static void give_hook_back(struct ctx_hook *hook) {
    rdl__lock_acquire(&contexts->lock, RANK_TASKS);
    hook->next = contexts->unused;
    contexts->unused = hook;
    rdl__lock_release(&contexts->lock);
}

static struct ctx_hook *find_hook(uint64_t id) {
    uint32_t n = atomic_load_explicit(&contexts->n_cut, memory_order_acquire);
    uint32_t index = (uint32_t)id - 1;
    return id != 0 && index < n ? hook_at(index) : NULL;
}

static bool is_pending(const struct ctx_hook *hook, uint64_t id) {
    return atomic_load_explicit(&hook->id, memory_order_acquire) == id;
}

/* -- running -- */

static void start(struct task *self, const struct ctx_hook *hook, const struct ctx_cancel *origin) {
    static const rdl_go_options none;
    struct task *t = rdl__task_new(self, &none, hook->fn, hook->arg, hook->pc);
    if (rdl__emit_on()) {
        rdl__emit_acquire(t->det, &hook->key);
        rdl__emit_acquire(t->det, &origin->key); /* [HB-CX-01] */
    }
    rdl__sched_start(t);
}

void rdl__ctx_take_hooks(struct ctx_cancel *c, struct ctx_hook **run) {
    while (c->hooks != NULL) {
        struct ctx_hook *hook = c->hooks;
        c->hooks = hook->next;
        atomic_store_explicit(&hook->id, 0, memory_order_release);
        hook->next = *run;
        *run = hook;
    }
}

void rdl__ctx_run_hooks(struct ctx_hook *run, const struct ctx_cancel *origin, struct task *self) {
    while (run != NULL) {
        struct ctx_hook *hook = run;
        run = hook->next;
        start(self, hook, origin);
        give_hook_back(hook);
    }
}

/* -- the calls -- */

/* False: c is done already. */
static bool add_hook(struct ctx_cancel *c, struct ctx_hook *hook, uint64_t id) {
    rdl__ctx_lock(c);
    bool pending = atomic_load_explicit(&c->err, memory_order_relaxed) == 0; /* lock held */
    if (pending) {
        hook->prev = NULL;
        hook->next = c->hooks;
        if (c->hooks != NULL) {
            c->hooks->prev = hook;
        }
        c->hooks = hook;
        atomic_store_explicit(&hook->id, id, memory_order_release);
    }
    rdl__ctx_unlock(c);
    return pending;
}

/* On a context that is never done the struct only remembers that nobody has stopped it. */
rdl_ctx_hook rdl_ctx_after_func(rdl_ctx *ctx, void (*fn)(void *), void *arg) {
    struct task *self = rdl__task_self();
    uintptr_t pc = CALLER;
    rdl__ctx_check(ctx, pc);
    rdl__sched_check(self);
    if (fn == NULL) {
        rdl__panic_go_nil(pc);
    }
    struct ctx_hook *hook = take_hook(pc);
    uint64_t id = (uint64_t)++hook->generation << 32 | (hook->index + 1);
    hook->fn = fn;
    hook->arg = arg;
    hook->pc = pc;
    atomic_store_explicit(&hook->source, ctx->source, memory_order_release);
    rdl__emit_release(self->det, &hook->key);
    if (ctx->source == NULL) {
        atomic_store_explicit(&hook->id, id, memory_order_release);
    } else if (!add_hook(ctx->source, hook, id)) {
        start(self, hook, ctx->source->origin);
        give_hook_back(hook);
    }
    return id;
}

static bool remove_hook(struct ctx_cancel *c, struct ctx_hook *hook, uint64_t id) {
    rdl__ctx_lock(c);
    bool pending = is_pending(hook, id);
    if (pending) {
        atomic_store_explicit(&hook->id, 0, memory_order_release);
        if (hook->prev != NULL) {
            hook->prev->next = hook->next;
        } else {
            c->hooks = hook->next;
        }
        if (hook->next != NULL) {
            hook->next->prev = hook->prev;
        }
    }
    rdl__ctx_unlock(c);
    return pending;
}

/* Stopping orders nothing [HB-CX-02]. */
bool rdl_ctx_after_stop(rdl_ctx *ctx, rdl_ctx_hook id) {
    struct task *self = rdl__task_self();
    rdl__ctx_check(ctx, CALLER);
    rdl__sched_check(self);
    struct ctx_hook *hook = find_hook(id);
    if (hook == NULL || !is_pending(hook, id) ||
        atomic_load_explicit(&hook->source, memory_order_acquire) != ctx->source) {
        return false;
    }
    bool stopped = ctx->source != NULL
                       ? remove_hook(ctx->source, hook, id)
                       : atomic_compare_exchange_strong_explicit(
                             &hook->id, &id, 0, memory_order_acq_rel, memory_order_relaxed);
    if (stopped) {
        give_hook_back(hook);
    }
    return stopped;
}
