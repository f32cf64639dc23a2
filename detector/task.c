/* task.c - who is there, how far is each, and what is it doing? */
#include "detector/task.h"

#include "detector/core.h"
#include "detector/once.h"
#include "detector/state.h"

static const struct table_shape shape = {sizeof(struct task_info), 10, NUMBERS_TASKS};

_Static_assert(offsetof(struct det_task, hot) == 0, "hot.h casts a task to its first member");

struct task_info *task_info(uint32_t number) {
    return table_at(&det.tasks.table, shape, number);
}

void task_init(void) {
    det.tasks.limit = (uint32_t)shape.limit;
    det.tasks.renew_at = NUMBERS_EPOCHS;
}

uint32_t task_count(void) {
    return (uint32_t)__atomic_load_n(&det.tasks.table.next, __ATOMIC_ACQUIRE);
}

struct task_info *task_info_now(uint32_t number) {
    struct task_info *info = task_info(number);
    while (info->became) {
        info = task_info(info->became);
    }
    return info;
}

/* A number, with *serial its first; 0: they ran out. */
static uint32_t take_number(void) {
    struct task_state_root *tasks = &det.tasks;
    spin_lock(&tasks->lock);
    uint32_t number = tasks->free_number;
    if (number) {
        tasks->free_number = task_info(number)->parent;
    } else if (task_count() + 1 < tasks->limit) {
        number = table_take(&tasks->table, shape);
    }
    tasks->taken++;
    bool due = tasks->taken >= tasks->due;
    spin_unlock(&tasks->lock);
    if (due) {
        collect_want();
    }
    if (number == 0) {
        limit_raise(LIMIT_TASKS_FULL);
    }
    return number;
}

bool task_enter_slow(struct det_task *t, bool was_set) {
    if (was_set) {
        limit_raise(LIMIT_EVENTS_IN_HANDLER);
        return false;
    }
    return collect_enter(t);
}

bool task_enter_too(struct det_task *t) {
    if (t->busy) {
        limit_raise(LIMIT_EVENTS_IN_HANDLER);
        return false;
    }
    __atomic_store_n(&t->busy, 1, __ATOMIC_RELAXED);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    return true;
}

/* -- epochs --------------------------------------------------------------------------------- */

uint32_t task_segment(struct det_task *t) {
    if (t->hot.segment == 0) {
        t->recorded = true;
        t->hot.segment = segment_new(&t->segments, t->id, t->clock.at, lockset_number(&t->held));
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

static void next_epoch(struct det_task *t) {
    uint32_t at = ++t->clock.at;
    if (__builtin_expect(at >= det.tasks.renew_at, 0)) {
        if (at == det.tasks.renew_at || at % (1u << 20) == 0) {
            collect_want();
        }
        if (at > TASK_LAST_EPOCH) { /* of 2^31 collections none was possible */
            t->clock.at = TASK_LAST_EPOCH;
            limit_blind();
        }
    }
}

void task_published(struct det_task *t) {
    if (is_dirty(t)) {
        t->clock.since = t->learned ? t->clock.at : t->clock.since;
        next_epoch(t);
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
    if (must_is_on()) {
        must_tell(parent);
    }
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
        uint32_t turn = t->wait.turn; /* never the same again */
        struct held_locks *runs = t->runs;
        zero_bytes(t, sizeof *t);
        t->wait.turn = turn;
        t->runs = runs;
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
    t->clock.at = task_info(number)->last_at + 1;
    t->clock.since = 0; /* nothing published yet */
    t->clock.pure = false;
    t->learned = true; /* its first publication differs from none */
    must_own(t);
    return t;
}

struct det_task *det_task_create(struct det_task *parent, enum ev_task_kind kind, uint64_t id,
                                 uintptr_t pc) {
    if (kind != EV_TASK_MAIN) {
        det_alone_ends();
    }
    if (parent && !task_enter(parent)) {
        parent = NULL; /* from a handler inside the core: made without the edge, and counted */
    }
    if (!parent && !collect_visit()) {
        return NULL;
    }
    if (!parent) {
        budget_stranger();
    }
    uint32_t number = take_number();
    struct det_task *t = number ? new_task(number, parent) : NULL;
    if (t) {
        struct task_info *info = task_info(number);
        *info = (struct task_info){.user_id = id,
                                   .serial =
                                       __atomic_add_fetch(&det.tasks.serials, 1, __ATOMIC_RELAXED),
                                   .created_ns = det.host->monotonic_ns(),
                                   .first_at = t->clock.at,
                                   .last_at = t->clock.at,
                                   .kind = (uint8_t)kind,
                                   .state = TASK_NEW};
        if (parent) {
            const struct task_info *family = task_info(parent->id);
            info->parent = parent->id;
            info->parent_id = family->user_id;
            info->parent_serial = family->serial;
            info->created_site = context_site(parent, pc, EV_READ, 0);
            info->test = t->test = tests_join(parent->test);
        }
        if (kind != EV_TASK_GOROUTINE) {
            wait_thread_begins();
        }
        __atomic_store_n(&info->live, t, __ATOMIC_RELEASE);
        atomic_fetch_add_explicit(&det_process()->tasks, 1, memory_order_relaxed);
    }
    if (parent) {
        task_leave(parent);
    } else {
        collect_unvisit();
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
    if (info->kind == EV_TASK_THREAD) {
        det_stack_reused(stack_lo, stack_hi - stack_lo);
    }
    if (stack_hi > stack_lo) {
        memory_forget(stack_lo, stack_hi - stack_lo);
    }
    if (info->kind == EV_TASK_GOROUTINE) {
        shadow_expect(t);
    }
    task_leave(t);
}

void det_task_storage(struct det_task *t, uintptr_t pointer, uintptr_t bytes) {
    struct task_info *info = task_info(t->id);
    det.tasks.storage_bytes = bytes;
    if (t->id == det.tasks.main) {
        det.tasks.main_pointer = pointer;
    } else if (pointer - info->stack_lo < info->stack_hi - info->stack_lo) {
        info->pointer_below = (uint32_t)(info->stack_hi - pointer);
    }
}

uintptr_t task_pointer(uint32_t number) {
    const struct task_info *info = task_info(number);
    return info->pointer_below != 0   ? info->stack_hi - info->pointer_below
           : number == det.tasks.main ? det.tasks.main_pointer
                                      : 0;
}

static void drop(struct det_task *t) {
    struct task_info *info = task_info(t->id);
    info->state = TASK_ENDED;
    info->last_at = t->clock.at;
    if (info->kind == EV_TASK_THREAD && info->stack_hi != 0) {
        det_stack_left(info->stack_lo, info->stack_hi);
    }
    segment_give_back(&t->segments);
    for (uint32_t i = 0; i < RECSET_SPARES; i++) {
        recset_give_back(&t->spare[i]);
    }
    clock_drop(&t->clock);
    clock_drop(&t->born);
    must_task_drop(t);
    lockorder_task_drop(t);
    wait_task_ends(t);
    tests_leave(t);
    lockset_drop(&t->held);
    once_task_drop(t);
    follow_drop(t);
    calls_task_drop(t);
    context_cache_free(t->sites);
    t->sites = NULL;
    if (t->atomic) {
        clock_drop(&t->atomic->fence_released);
        clock_drop(&t->atomic->fence_pending);
        arena_free(t->atomic, sizeof *t->atomic);
        t->atomic = NULL;
    }
    /* Only now: until then a collection waits for t's guard. */
    __atomic_store_n(&info->live, NULL, __ATOMIC_RELEASE);
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
            other->segments = (struct segment_batch){0};   /* perhaps half changed: swept later */
            zero_bytes(other->spare, sizeof other->spare); /* likewise, and lost: four at most */
            other->wait.thread = 0;
            other->wait.in_parent = true; /* it has not ended with its locks (orphan.h) */
            drop(other);
        }
        if (t && i != t->id) {
            clock_know(&t->clock, i, task_info(i)->last_at);
        }
    }
    if (t) {
        t->learned = true;
        must_only(t);
    }
}

void det_task_note(struct det_task *t, enum ev_task_note note, const char *text) {
    if (!t || !task_enter(t)) {
        return;
    }
    if (note == EV_NOTE_DAEMON) {
        task_info(t->id)->daemon = true;
        if (t->test == task_info(t->id)->test) { /* else it runs tests itself */
            tests_leave(t);
        }
    } else if (note == EV_NOTE_RELAY) {
        task_info(t->id)->relay = true;
    } else if (note == EV_NOTE_NAME) {
        writer_replace_name(&task_info(t->id)->name, arena_text(text));
    }
    task_leave(t);
}

/* -- numbers given out again ---------------------------------------------------------------- */

/* The ancestors of each root up to the generation that reports name; those of a root that is met
 * are marked in its own turn. */
static void mark_families(const struct marks *roots, struct marks *needed) {
    for (uint32_t i = marks_next(roots, 1, true); i <= roots->last;
         i = marks_next(roots, i + 1, true)) {
        uint32_t at = task_info(i)->parent;
        for (uint32_t n = 0; at && n < TASK_FAMILY_AT_MOST && !marks_has(roots, at); n++) {
            marks_set(needed, at);
            at = task_info(at)->parent;
        }
    }
}

bool task_mark(struct marks *needed) {
    struct marks roots;
    if (!marks_make(&roots, needed->last)) {
        return false;
    }
    marks_set(needed, det.tasks.main);
    for (uint32_t i = 1; i <= needed->last; i++) {
        const struct det_task *t = task_info(i)->live;
        if (t) {
            marks_set(needed, i);
            marks_set(needed, t->wait.active ? t->wait.waker : 0);
        }
    }
    copy_bytes(roots.bits, needed->bits, marks_bytes(needed));
    mark_families(&roots, needed);
    for (uint32_t i = 1; i <= needed->last; i++) {
        for (uint32_t at = marks_has(needed, i) ? task_info(i)->became : 0; at;
             at = task_info(at)->became) {
            marks_set(needed, at);
        }
    }
    marks_drop(&roots);
    return true;
}

static void free_number(struct task_info *info, uint32_t number, struct task_info **tail) {
    if (!info->became) {
        arena_free(info->name, text_bytes(info->name) + 1);
    }
    *info = (struct task_info){.last_at = info->last_at};
    if (info->last_at < det.tasks.renew_at) { /* else it has no epochs left: never again */
        *(*tail ? &(*tail)->parent : &det.tasks.free_number) = number;
        *tail = info;
    }
}

void task_forget(const struct marks *needed) {
    for (uint32_t i = 1; i <= needed->last; i++) {
        struct det_task *t = task_info(i)->live;
        if (t) {
            clock_forget(&t->clock, needed);
            clock_forget(&t->born, needed);
            if (t->atomic) {
                clock_forget(&t->atomic->fence_released, needed);
                clock_forget(&t->atomic->fence_pending, needed);
            }
            must_task_forget(t, needed);
        }
    }
}

uint32_t task_sweep(const struct marks *needed) {
    uint32_t n = 0;
    struct task_info *tail = NULL;
    det.tasks.free_number = 0;
    for (uint32_t i = 1; i <= needed->last; i++) {
        struct task_info *info = task_info(i);
        if (!marks_has(needed, i)) {
            free_number(info, i, &tail);
            continue;
        }
        n++;
        if (info->parent && !marks_has(needed, info->parent)) {
            info->parent = 0;
        }
    }
    det.tasks.taken = 0;
    return n;
}

/* t goes on as a child of itself. Its present epoch, which nobody knows yet, is published with the
 * first one of the new number. */
static void renew(struct det_task *t) {
    uint32_t old = t->id, number = take_number();
    if (number == 0) {
        return; /* counted */
    }
    struct task_info *from = task_info(old), *to = task_info(number);
    uint32_t first = to->last_at + 1;
    from->last_at = t->clock.at;
    must_renew(t);
    lockorder_renamed(old);
    clock_renew(&t->clock, number, first);
    t->learned = true;
    t->id = number;
    *to = *from;
    to->became = 0;
    to->first_at = to->last_at = first;
    from->became = number;
    from->live = NULL;
    from->state = TASK_ENDED;
    det.tasks.main = det.tasks.main == old ? number : det.tasks.main;
    sync_renamed(old, number);
}

void task_renew(void) {
    for (uint32_t i = 1, last = task_count(); i <= last; i++) {
        struct det_task *t = task_info(i)->live;
        if (t && t->clock.at >= det.tasks.renew_at) {
            renew(t);
        }
    }
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
    if (!t || !task_enter(t)) {
        return;
    }
    if (mode & EV_LOCK_ONCE) {
        once_begins(t, lock, mode, pc);
    } else {
        uint32_t site = context_site(t, pc, EV_READ, 0);
        if ((mode & EV_LOCK_READ) == 0) {
            sync_note_holder(lock, t->id);
        }
        lockset_add(&t->held, (struct held_lock){.lock = lock, .mode = mode, .site = site});
        orphan_no_more(lock);
        lockorder_taken(t, mode);
        task_new_segment(t);
        alone_end();
    }
    task_leave(t);
}

void det_lock_released(struct det_task *t, uintptr_t lock, uint32_t mode) {
    if (!t || !task_enter(t)) {
        return;
    }
    if (mode & EV_LOCK_ONCE) {
        once_ends(t, lock);
    } else {
        if (!lockset_remove(&t->held, lock, mode)) {
            lockorder_handed(lock);
            orphan_no_more(lock);
        }
        task_new_segment(t);
    }
    task_leave(t);
}
