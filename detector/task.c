/* task.c - who is there, how far is each, and what is it doing? */
#include "detector/task.h"

#include "detector/core.h"
#include "detector/state.h"

static const struct table_shape shape = {sizeof(struct task_info), 10, (uint64_t)1 << 31};

_Static_assert(offsetof(struct det_task, hot) == 0, "hot.h casts a task to its first member");

struct task_info *task_info(uint32_t number) {
    return table_at(&det.tasks.table, shape, number);
}

uint32_t task_count(void) {
    return (uint32_t)__atomic_load_n(&det.tasks.table.next, __ATOMIC_ACQUIRE);
}

bool task_enter(struct det_task *t) {
    if (t->busy) {
        limit_raise(LIMIT_EVENTS_IN_HANDLER);
        return false;
    }
    t->busy = 1;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    return true;
}

/* -- epochs --------------------------------------------------------------------------------- */

uint32_t task_segment(struct det_task *t) {
    if (t->hot.segment == 0) {
        t->recorded = true;
        t->hot.segment = segment_new(t->id, t->clock.at, lockset_number(&t->held));
    }
    return (uint32_t)t->hot.segment;
}

static bool is_dirty(const struct det_task *t) {
    return t->recorded || t->learned;
}

struct clock task_publication(const struct det_task *t) {
    struct clock c = t->clock;
    c.at = is_dirty(t) ? c.at : c.at - 1;
    c.since = t->learned ? c.at : c.since;
    c.pure = true;
    return c;
}

void task_published(struct det_task *t) {
    if (is_dirty(t)) {
        t->clock.since = t->learned ? t->clock.at : t->clock.since;
        t->clock.at++;
        t->hot.segment = 0;
        t->recorded = false;
        t->learned = false;
    }
}

void task_learn(struct det_task *t, const struct clock *from) {
    t->learned |= clock_learn(&t->clock, t->learned, from);
}

void task_new_segment(struct det_task *t) {
    t->hot.segment = 0;
}

/* -- life ----------------------------------------------------------------------------------- */

static void inherit(struct det_task *child, struct det_task *parent) {
    /* What the parent knows must be in the tree, since the child's own epoch stands outside it: put
     * there once an epoch, then shared by all children made in it. */
    struct clock now = task_publication(parent);
    task_published(parent);
    clock_fold_own(&parent->clock, now.at);
    clock_copy(&child->clock, &parent->clock);
    clock_copy(&child->born, &parent->clock);
    child->born.own = 0;
    follow_inherit(child, parent);
}

static struct det_task *handle_new(void) {
    spin_lock(&det.tasks.lock);
    struct det_task *t = det.tasks.free;
    if (t) {
        det.tasks.free = t->next_free;
    }
    spin_unlock(&det.tasks.lock);
    if (t) {
        zero_bytes(t, sizeof *t);
        return t;
    }
    return arena_alloc(sizeof *t);
}

static void handle_free(struct det_task *t) {
    spin_lock(&det.tasks.lock);
    t->next_free = det.tasks.free;
    det.tasks.free = t;
    spin_unlock(&det.tasks.lock);
}

static struct det_task *new_task(uint32_t number, struct det_task *parent) {
    struct det_task *t = handle_new();
    if (!t) {
        return NULL;
    }
    t->id = number;
    calls_task_init(t);
    if (parent) {
        inherit(t, parent);
    }
    t->clock.own = number;
    t->clock.at = 1;
    t->clock.since = 0; /* nothing published yet */
    t->clock.pure = false;
    t->learned = true; /* its first publication differs from none */
    return t;
}

struct det_task *det_task_create(struct det_task *parent, enum ev_task_kind kind, uint64_t id,
                                 uintptr_t pc) {
    if (parent && !task_enter(parent)) {
        parent = NULL; /* from a handler inside the core: made without the edge, and counted */
    }
    uint32_t number = table_take(&det.tasks.table, shape);
    struct det_task *t = number ? new_task(number, parent) : NULL;
    if (t) {
        struct task_info *info = task_info(number);
        *info = (struct task_info){.user_id = id, .kind = (uint8_t)kind, .state = TASK_NEW};
        if (parent) {
            info->parent = parent->id;
            info->created_site = context_site(parent, pc, EV_READ, 0);
        }
        __atomic_store_n(&info->live, t, __ATOMIC_RELEASE);
        atomic_fetch_add_explicit(&det_process()->tasks, 1, memory_order_relaxed);
    }
    if (parent) {
        task_leave(parent);
    }
    return t;
}

void det_task_begin(struct det_task *t, uintptr_t stack_lo, uintptr_t stack_hi) {
    if (!t || !task_enter(t)) {
        return;
    }
    struct task_info *info = task_info(t->id);
    info->stack_lo = stack_lo;
    info->stack_hi = stack_hi;
    calls_set_stack(t, stack_lo, stack_hi);
    info->state = TASK_RUNNING;
    if (stack_hi > stack_lo) {
        det_memory_forget(stack_lo, stack_hi - stack_lo);
    }
    task_leave(t);
}

static void drop(struct det_task *t) {
    struct task_info *info = task_info(t->id);
    info->state = TASK_ENDED;
    __atomic_store_n(&info->live, NULL, __ATOMIC_RELEASE);
    clock_drop(&t->clock);
    clock_drop(&t->born);
    clock_drop(&t->fence_released);
    clock_drop(&t->fence_pending);
    lockset_drop(&t->held);
    follow_drop(t);
    calls_task_drop(t);
    arena_free(t->sites, sizeof *t->sites);
    t->sites = NULL;
    t->wait.active = false;
    handle_free(t);
}

void det_task_end(struct det_task *t) {
    if (t && task_enter(t)) {
        drop(t);
    }
}

void task_only(struct det_task *t) {
    for (uint32_t i = 1; i <= task_count(); i++) {
        struct det_task *other = task_info(i)->live;
        if (other && other != t) {
            drop(other);
        }
        if (i != t->id) {
            clock_know(&t->clock, i, UINT32_MAX);
        }
    }
    t->learned = true;
}

void det_task_note(struct det_task *t, enum ev_task_note note, const char *text) {
    if (!t || !task_enter(t)) {
        return;
    }
    if (note == EV_NOTE_DAEMON) {
        task_info(t->id)->daemon = true;
    } else if (note == EV_NOTE_NAME) {
        task_info(t->id)->name = arena_text(text);
    }
    task_leave(t);
}

/* -- calls and locks ------------------------------------------------------------------------ */

void det_call_enter(struct det_task *t, uintptr_t pc) {
    if (t) {
        hot_call_enter(t, pc);
    }
}

void det_call_exit(struct det_task *t) {
    if (t) {
        hot_call_exit(t);
    }
}

uint32_t det_call_depth(const struct det_task *t) {
    return t && t->hot.depth > 0 ? (uint32_t)t->hot.depth : 0;
}

void det_call_unwind(struct det_task *t, uint32_t to_depth) {
    if (t && t->hot.depth > (int32_t)to_depth) {
        t->hot.depth = (int32_t)to_depth;
    }
}

void det_lock_acquired(struct det_task *t, uintptr_t lock, uint32_t mode, uintptr_t pc) {
    if (t && task_enter(t)) {
        uint32_t site = context_site(t, pc, EV_READ, 0);
        lockset_add(&t->held, (struct held_lock){.lock = lock, .mode = mode, .site = site});
        task_new_segment(t);
        task_leave(t);
    }
}

void det_lock_released(struct det_task *t, uintptr_t lock, uint32_t mode) {
    if (t && task_enter(t)) {
        lockset_remove(&t->held, lock, mode);
        task_new_segment(t);
        task_leave(t);
    }
}
