/* collect.c - when does the detector forget what nothing refers to any more? */
#include "detector/collect.h"

#include "detector/state.h"

#define PATIENCE_NS      ((int64_t)50 * 1000 * 1000)        /* for the world to stop */
#define OUTSIDE_NS       ((int64_t)60 * 1000 * 1000 * 1000) /* for it to start again */
#define TURNS_BEFORE_NAP 256u
#define FORK_NS          ((int64_t)5 * 1000 * 1000 * 1000)

/* What a collection costs, roughly: 1 GiB of touched shadow takes 0.1 s. What is taken pays for it. */
#define NS_PAGE        400u
#define NS_SYNC        60u
#define NS_TASK        100u
#define NS_FOR_SEGMENT 8u
#define NS_FOR_TASK    800u
#define LEAST_DUE      1024u

void collect_init(void) {
    det.collect.segments_from = det.segments.due = COLLECT_SEGMENTS_FROM;
    det.collect.tasks_from = det.tasks.due = COLLECT_TASKS_FROM;
    det.collect.impossible = !det.host->fence_all();
}

void collect_want(void) {
    if (!det.collect.impossible) {
        __atomic_fetch_or(&det.collect.call, COLLECT_WANTED, __ATOMIC_RELAXED);
    }
}

/* -- waiting -------------------------------------------------------------------------------- */

struct patience {
    uint32_t turns;
    int64_t until_ns;
};

static struct patience patience_of(int64_t ns) {
    return (struct patience){.until_ns = det.host->monotonic_ns() + ns};
}

/* Lets others run; false: it took too long. */
static bool wait_more(struct patience *p) {
    spin_pause(&p->turns);
    return p->turns % 64 != 0 || det.host->monotonic_ns() < p->until_ns;
}

static bool is_stopped(void) {
    return (__atomic_load_n(&det.collect.call, __ATOMIC_ACQUIRE) & COLLECT_STOPPED) != 0;
}

/* Not turn by turn: as many threads as wait here would share the processors with the one that
 * collects, and keep it and so themselves for as many times longer. */
static bool wait_outside(void) {
    struct patience p = patience_of(OUTSIDE_NS);
    while (is_stopped()) {
        if (!wait_more(&p)) {
            return false;
        }
        if (p.turns >= TURNS_BEFORE_NAP) {
            det.host->nap();
        }
    }
    return true;
}

/* Waits until no task but `me` is inside. A handle that ends meanwhile keeps its guard. */
static bool wait_for_all(const struct det_task *me) {
    struct patience p = patience_of(PATIENCE_NS);
    while (__atomic_load_n(&det.collect.visitors, __ATOMIC_ACQUIRE) != 0) {
        if (!wait_more(&p)) {
            return false;
        }
    }
    for (uint32_t i = 1; i <= task_count(); i++) {
        struct det_task *const *slot = &task_info(i)->live;
        const struct det_task *t = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
        while (t && t != me && __atomic_load_n(&t->busy, __ATOMIC_ACQUIRE) &&
               __atomic_load_n(slot, __ATOMIC_ACQUIRE) == t) {
            if (!wait_more(&p)) {
                return false;
            }
        }
    }
    return true;
}

/* -- marking -------------------------------------------------------------------------------- */

struct collection {
    struct marks segments; /* by index */
    struct marks tasks;
    struct marks locksets;
    uint64_t pages; /* of shadow */
    uint64_t syncs;
    uint32_t in_use; /* task numbers */
};

static void see_record(uint64_t rec, void *context) {
    marks_set(&((struct collection *)context)->segments, record_segment(rec) >> 1);
}

/* A shared word repeats the segment of the record added last, and hot.h goes by it. A locked one
 * was locked by a thread of the process that this one was forked from. */
static bool see_page(const uint64_t *words, void *context) {
    struct marks *marks = &((struct collection *)context)->segments;
    uint64_t any = 0;
    uint32_t last = 0;
    for (size_t i = 0; i < SHADOW_PAGE_WORDS; i++) {
        uint64_t word = load_relaxed(words + i);
        uint32_t index = record_segment(word) >> 1;
        any |= word;
        if (index != last && !record_is_locked(word)) {
            marks_set(marks, index);
            last = index;
        }
    }
    return any != 0;
}

static void mark_segments(struct collection *c) {
    c->pages = shadow_visit(see_page, c);
    recset_visit(see_record, c);
    for (uint32_t i = 1; i <= task_count(); i++) {
        const struct det_task *t = task_info(i)->live;
        if (t) {
            marks_set(&c->segments, (uint32_t)t->hot.segment >> 1);
            marks_set(&c->segments, t->aged_segment >> 1);
            lockset_mark_held(&c->locksets, &t->held);
        }
    }
}

static bool mark(struct collection *c) {
    if (!marks_make(&c->segments, segment_last()) || !marks_make(&c->tasks, task_count()) ||
        !marks_make(&c->locksets, lockset_last())) {
        return false;
    }
    mark_segments(c);
    for (uint32_t i = marks_next(&c->segments, 1, true); i <= c->segments.last;
         i = marks_next(&c->segments, i + 1, true)) {
        marks_set(&c->tasks, segment_at(i << 1)->task);
        lockset_mark(&c->locksets, segment_at(i << 1)->lockset);
    }
    heap_mark_tasks(&c->tasks);
    lockorder_mark(&c->tasks, &c->locksets);
    return task_mark(&c->tasks);
}

/* -- sweeping ------------------------------------------------------------------------------- */

/* How much may be taken until the next collection is worth while: as much as is in use, and enough to
 * pay for a walk like this one. Before numbers run out it has to be tried, but not for a handful. */
static uint32_t due_after(uint32_t from, uint32_t in_use, uint64_t paid, uint32_t limit) {
    uint64_t due = from > in_use ? from : in_use;
    due = due > paid ? due : paid;
    uint64_t room = (limit > in_use ? limit - in_use : 0) / 2;
    due = due < room ? due : room;
    uint32_t least = from < LEAST_DUE ? from : LEAST_DUE;
    return due > least ? (uint32_t)due : least;
}

static void set_due(const struct collection *c) {
    uint64_t work_ns = c->pages * NS_PAGE + c->syncs * NS_SYNC + c->in_use * NS_TASK;
    det.segments.due = due_after(det.collect.segments_from, marks_count(&c->segments),
                                 work_ns / NS_FOR_SEGMENT, det.segments.limit);
    det.tasks.due =
        due_after(det.collect.tasks_from, c->in_use, work_ns / NS_FOR_TASK, det.tasks.limit);
}

static void sweep_segments(const struct collection *c) {
    for (uint32_t i = 1; i <= task_count(); i++) {
        struct det_task *t = task_info(i)->live;
        if (t) {
            segment_close(&t->segments);
            det.collect.segments_taken += t->segments.own_taken;
            t->segments = (struct segment_batch){.size = t->segments.size};
            zero_bytes(t->ordered, sizeof t->ordered);
        }
    }
    segment_sweep(&c->segments);
}

static void count(const struct collection *c) {
    det.collect.segments_taken += det.segments.taken;
    det.collect.segments_in_use = marks_count(&c->segments);
    det.collect.tasks_in_use = c->in_use;
}

static void sweep(struct collection *c) {
    budget_age(&c->segments);
    follow_forget();
    task_forget(&c->tasks);
    c->syncs = sync_forget(&c->tasks);
    c->in_use = task_sweep(&c->tasks);
    task_renew();
    count(c);
    set_due(c); /* before the sweep, which goes by it */
    sweep_segments(c);
    lockset_sweep(&c->locksets);
}

static bool collect_once(void) {
    struct collection c = {.pages = 0};
    heap_forget(); /* so that tasks that only a block names are not marked */
    bool marked = mark(&c);
    if (marked) {
        sweep(&c);
    }
    marks_drop(&c.segments);
    marks_drop(&c.tasks);
    marks_drop(&c.locksets);
    return marked;
}

static bool collect(void) {
    det.collect.working = true;
    bool done = collect_once();
    if (done && budget_relieve()) {
        collect_once(); /* the numbers that only the records given up named */
    }
    det.collect.working = false;
    return done;
}

/* The next try after another quarter. */
static void put_off(void) {
    det.collect.put_off++;
    spin_lock(&det.segments.lock);
    uint32_t taken = det.segments.due / 4 * 3;
    det.collect.segments_taken += (uint64_t)det.segments.taken - taken;
    det.segments.taken = taken;
    spin_unlock(&det.segments.lock);
    spin_lock(&det.tasks.lock);
    det.tasks.taken = det.tasks.due / 4 * 3;
    spin_unlock(&det.tasks.lock);
}

static bool run(const struct det_task *me) {
    if (det.collect.impossible || !spin_try(&det.collect.lock)) {
        return false; /* another thread collects, or forks; what is wanted stays so */
    }
    int64_t start = det.host->monotonic_ns();
    __atomic_store_n(&det.collect.call, COLLECT_STOPPED, __ATOMIC_RELAXED);
    bool done = det.host->fence_all() && wait_for_all(me) && collect();
    if (!done) {
        put_off();
    }
    budget_set_due(done);
    int64_t took = det.host->monotonic_ns() - start;
    det.collect.runs += done;
    if ((uint64_t)took > det.collect.longest_ns) {
        det.collect.longest_ns = (uint64_t)took;
    }
    __atomic_store_n(&det.collect.call, 0, __ATOMIC_RELEASE); /* pairs with is_stopped */
    spin_unlock(&det.collect.lock);
    return done;
}

/* -- entering ------------------------------------------------------------------------------- */

bool collect_enter(struct det_task *t) {
    while (is_stopped()) {
        __atomic_store_n(&t->busy, 0, __ATOMIC_RELEASE);
        if (!wait_outside()) {
            limit_raise(LIMIT_EVENTS_IN_HANDLER);
            return false;
        }
        __atomic_store_n(&t->busy, 1, __ATOMIC_RELAXED);
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
    }
    if (collect_calls()) {
        run(t);
    }
    return true;
}

bool collect_visit(void) {
    for (;;) {
        /* Sequentially consistent: the count before the call, as with tasks. */
        __atomic_fetch_add(&det.collect.visitors, 1, __ATOMIC_SEQ_CST);
        if (!is_stopped()) {
            return true;
        }
        collect_unvisit();
        if (!wait_outside()) {
            return false;
        }
    }
}

void collect_unvisit(void) {
    __atomic_fetch_sub(&det.collect.visitors, 1, __ATOMIC_RELEASE);
}

bool collect_now(struct det_task *t) {
    if (!task_enter(t)) {
        return false;
    }
    bool done = run(t);
    task_leave(t);
    return done;
}

/* -- fork ----------------------------------------------------------------------------------- */

bool collect_lock(void) {
    struct patience p = patience_of(FORK_NS);
    while (!spin_try(&det.collect.lock)) {
        if (!wait_more(&p)) {
            return false;
        }
    }
    return true;
}

void collect_unlock(void) {
    spin_unlock(&det.collect.lock);
}

void collect_fork_child(void) {
    if (det.collect.working) {
        limit_blind(); /* collect_lock had given up */
        det.collect.working = false;
        det.collect.impossible = true;
    }
    det.collect.call = 0;
    det.collect.visitors = 0;
}
