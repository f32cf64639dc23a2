/* deadlock.c - is there a set of threads that only its own members could wake? */
#include "detector/deadlock.h"

#include "detector/state.h"

/* One who waits for ever, as far as we know yet. */
struct waiter {
    struct det_task *t;
    uint32_t number, turn, thread, kind, waker;
    uintptr_t object;
    uint32_t first_held, n_held;
    bool behind_writers;
    bool stuck;
    bool doubted; /* nobody has what it waits for, as far as that says itself */
    bool told;    /* with an earlier set */
    bool behind;  /* waits for one of those */
    bool wanted;  /* somebody of the core waits for it */
    bool core;    /* of a circle, or of those whom nobody can wake; the rest only waits for them */
};

struct held {
    uintptr_t lock;
    uint32_t mode;
    uint32_t waiter; /* index of who holds it */
};

struct graph {
    struct waiter *waiter;
    struct held *held;
    uint32_t *bucket; /* by hash of a lock: 1 + index of the first of its locks; 0: none */
    uint32_t *chain;  /* of each lock held: the next one */
    uint32_t n, room;
    uint32_t n_held, held_room;
    uint32_t buckets; /* a power of two */
    bool able;        /* somebody else can act */
};

/* -- what is true now ----------------------------------------------------------------------- */

static struct det_task *live_task(uint32_t number) {
    return __atomic_load_n(&task_info(number)->live, __ATOMIC_ACQUIRE);
}

static bool is_at(const struct det_task *t, uint32_t turn) {
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return __atomic_load_n(&t->wait.turn, __ATOMIC_RELAXED) == turn;
}

static bool is_endless(const struct det_task *t) {
    return __atomic_load_n(&t->wait.active, __ATOMIC_ACQUIRE) &&
           __atomic_load_n(&t->wait.endless, __ATOMIC_RELAXED);
}

/* Copies the locks of t, which may change them meanwhile; how many, or UINT32_MAX. (In a wait it does so only
 * in a handler. An array that was given up is still memory: arena.h.) */
static uint32_t copy_held(struct graph *g, const struct det_task *t) {
    const struct held_lock *locks = __atomic_load_n(&t->held.lock, __ATOMIC_ACQUIRE);
    uint32_t n = __atomic_load_n(&t->held.n, __ATOMIC_ACQUIRE);
    uint32_t room = __atomic_load_n(&t->held.room, __ATOMIC_ACQUIRE);
    if (n != 0 && (!locks || n > room || n > g->held_room - g->n_held)) {
        return UINT32_MAX;
    }
    for (uint32_t i = 0; i < n; i++) {
        g->held[g->n_held + i] =
            (struct held){.lock = locks[i].lock, .mode = locks[i].mode, .waiter = g->n};
    }
    return n;
}

/* False: t can act. One who is over neither acts nor waits. */
static bool copy_waiter(struct graph *g, struct det_task *t, uint32_t number) {
    uint32_t turn = __atomic_load_n(&t->wait.turn, __ATOMIC_ACQUIRE);
    uint32_t n_held = is_endless(t) && g->n < g->room ? copy_held(g, t) : UINT32_MAX;
    if (n_held == UINT32_MAX) {
        return false;
    }
    struct waiter *w = &g->waiter[g->n];
    *w = (struct waiter){.t = t,
                         .number = number,
                         .turn = turn,
                         .thread = t->wait.thread,
                         .kind = t->wait.kind,
                         .waker = t->wait.waker,
                         .object = t->wait.objects[0],
                         .first_held = g->n_held,
                         .n_held = n_held,
                         .behind_writers = t->wait.behind_writers,
                         .told = t->wait.told,
                         .stuck = true};
    if (!is_at(t, turn)) {
        return false;
    }
    g->n_held += w->n_held;
    g->n++;
    return true;
}

static void count(struct graph *g) {
    for (uint32_t i = 1; i <= task_count(); i++) {
        const struct det_task *t = live_task(i);
        if (t && is_endless(t)) {
            g->room++;
            g->held_room += t->held.n;
        }
    }
}

static void fill(struct graph *g) {
    for (uint32_t i = 1; i <= task_count(); i++) {
        struct det_task *t = live_task(i);
        bool over = t && __atomic_load_n(&t->wait.over, __ATOMIC_ACQUIRE);
        if (t && !over && !copy_waiter(g, t, i)) {
            g->able = true;
        }
    }
}

static uint32_t *bucket_of(const struct graph *g, uintptr_t lock) {
    return &g->bucket[mix64(lock) & (g->buckets - 1)];
}

static void index_locks(struct graph *g) {
    for (uint32_t i = 0; i < g->n_held; i++) {
        uint32_t *bucket = bucket_of(g, g->held[i].lock);
        g->chain[i] = *bucket;
        *bucket = i + 1;
    }
}

static void graph_drop(struct graph *g) {
    arena_free(g->waiter, g->room * sizeof *g->waiter);
    arena_free(g->held, g->held_room * sizeof *g->held);
    arena_free(g->chain, g->held_room * sizeof *g->chain);
    arena_free(g->bucket, g->buckets * sizeof *g->bucket);
}

/* False: no memory, which is counted. */
static bool graph_make(struct graph *g) {
    *g = (struct graph){.room = 1, .held_room = 1, .buckets = 16};
    count(g);
    while (g->buckets < g->held_room) {
        g->buckets *= 2;
    }
    g->waiter = arena_alloc(g->room * sizeof *g->waiter);
    g->held = arena_alloc(g->held_room * sizeof *g->held);
    g->chain = arena_alloc(g->held_room * sizeof *g->chain);
    g->bucket = arena_alloc(g->buckets * sizeof *g->bucket);
    if (!g->waiter || !g->held || !g->chain || !g->bucket) {
        graph_drop(g);
        return false;
    }
    fill(g);
    index_locks(g);
    return true;
}

/* -- who could go on ------------------------------------------------------------------------ */

/* Told of one that is waited for; true: that is enough. */
typedef bool see_waiter(struct waiter *w);

static bool is_stuck(struct waiter *w) {
    return w->stuck;
}

static bool is_told(struct waiter *w) {
    return w->stuck && (w->told || w->behind);
}

static bool note_wanted(struct waiter *w) {
    w->wanted = true;
    return false;
}

static bool excludes(uint32_t wanted, uint32_t held) {
    return ((wanted & held) & EV_LOCK_READ) == 0;
}

static bool is_for_lock(const struct waiter *w) {
    return w->kind == EV_WAIT_PTHREAD_MUTEX || w->kind == EV_WAIT_PTHREAD_RWLOCK_READ ||
           w->kind == EV_WAIT_PTHREAD_RWLOCK_WRITE;
}

/* Neither for a lock nor to join: whoever can act might wake it. */
static bool is_by_others(const struct waiter *w) {
    return !is_for_lock(w) && w->kind != EV_WAIT_PTHREAD_JOIN;
}

static uint32_t mode_of(const struct waiter *w) {
    return w->kind == EV_WAIT_PTHREAD_RWLOCK_READ ? EV_LOCK_READ : EV_LOCK_WRITE;
}

static bool each_holder(const struct graph *g, const struct waiter *w, see_waiter *see) {
    for (uint32_t i = *bucket_of(g, w->object); i != 0; i = g->chain[i - 1]) {
        const struct held *held = &g->held[i - 1];
        if (held->lock == w->object && excludes(mode_of(w), held->mode) &&
            see(&g->waiter[held->waiter])) {
            return true;
        }
    }
    return false;
}

/* Of a reader: the writers that wait, too, and are served before. */
static bool each_writer_before(const struct graph *g, const struct waiter *w, see_waiter *see) {
    for (uint32_t i = 0; w->behind_writers && i < g->n; i++) {
        struct waiter *other = &g->waiter[i];
        if (other->object == w->object && other->kind == EV_WAIT_PTHREAD_RWLOCK_WRITE &&
            see(other)) {
            return true;
        }
    }
    return false;
}

static bool the_joined(const struct graph *g, const struct waiter *w, see_waiter *see) {
    for (uint32_t i = 0; w->waker && i < g->n; i++) {
        if (g->waiter[i].number == w->waker) {
            return see(&g->waiter[i]);
        }
    }
    return false;
}

/* All that w waits for, one by one, until `see` has seen enough. */
static bool each_target(const struct graph *g, const struct waiter *w, see_waiter *see) {
    return is_for_lock(w) ? each_holder(g, w, see) || each_writer_before(g, w, see)
                          : the_joined(g, w, see);
}

static bool is_orphaned(const struct waiter *w) {
    struct wait_orphan orphan;
    return wait_orphan_of(w->object, &orphan) && excludes(mode_of(w), orphan.mode);
}

static bool is_held(const struct graph *g, const struct waiter *w) {
    return each_target(g, w, is_stuck) || (is_for_lock(w) && is_orphaned(w));
}

static bool stays_stuck(const struct graph *g, const struct waiter *w) {
    if (is_by_others(w)) {
        return !g->able;
    }
    return !w->doubted && is_held(g, w);
}
static bool is_fresh(const struct waiter *w) {
    return w->stuck && !w->told && !w->behind;
}

/* Takes away whoever could go on, until nothing changes. */
static void reduce(struct graph *g) {
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < g->n; i++) {
            struct waiter *w = &g->waiter[i];
            if (w->stuck && !stays_stuck(g, w)) {
                w->stuck = false;
                g->able = changed = true;
            }
        }
    }
}

/* Who only waits for those that were told before makes no new deadlock. */
static void mark_behind(struct graph *g) {
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < g->n; i++) {
            struct waiter *w = &g->waiter[i];
            if (!is_by_others(w) && w->stuck && !is_told(w) && each_target(g, w, is_told)) {
                w->behind = changed = true;
            }
        }
    }
}

/* Of those that are stuck: who waits for others, and is waited for by none, is only behind them. */
static void find_core(struct graph *g) {
    for (uint32_t i = 0; i < g->n; i++) {
        g->waiter[i].core = is_fresh(&g->waiter[i]);
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < g->n; i++) {
            g->waiter[i].wanted = false;
        }
        for (uint32_t i = 0; i < g->n; i++) {
            if (g->waiter[i].core) {
                (void)each_target(g, &g->waiter[i], note_wanted);
            }
        }
        for (uint32_t i = 0; i < g->n; i++) {
            struct waiter *w = &g->waiter[i];
            bool first = is_by_others(w) || (is_for_lock(w) && is_orphaned(w));
            if (w->core && !w->wanted && !first) {
                w->core = false;
                changed = true;
            }
        }
    }
}

/* -- proof ---------------------------------------------------------------------------------- */

static bool is_same_still(const struct waiter *w) {
    return is_at(w->t, w->turn) && live_task(w->number) == w->t;
}

static enum det_deadlock all_sleep(const struct graph *g) {
    for (uint32_t i = 0; i < g->n; i++) {
        const struct waiter *w = &g->waiter[i];
        enum det_sleep sleep =
            w->stuck ? det.host->asleep(w->thread, w->kind, w->object) : DET_ASLEEP;
        if (sleep == DET_CANNOT_TELL) {
            limit_raise(LIMIT_DEADLOCK_UNSEEN);
            return DET_NO_DEADLOCK;
        }
        if (sleep == DET_AWAKE) {
            return DET_UNSURE;
        }
    }
    return DET_SOME_STUCK;
}

/* Whether nobody whom we do not know could wake those that anybody might. */
static enum det_deadlock nobody_else(const struct graph *g) {
    bool by_others = false;
    for (uint32_t i = 0; i < g->n; i++) {
        by_others |= g->waiter[i].stuck && is_by_others(&g->waiter[i]);
    }
    if (by_others && det.host->has_handlers()) {
        return DET_NO_DEADLOCK;
    }
    bool alone = !by_others || det.host->has_threads(g->n);
    return alone ? DET_SOME_STUCK : DET_UNSURE; /* a thread may be about to vanish */
}

/* Whether the lock says, too, that one who is stuck has it. */
static bool lock_agrees(const struct graph *g, const struct waiter *w) {
    for (uint32_t i = *bucket_of(g, w->object); i != 0; i = g->chain[i - 1]) {
        const struct held *held = &g->held[i - 1];
        const struct waiter *holder = &g->waiter[held->waiter];
        if (held->lock == w->object && holder->stuck && excludes(mode_of(w), held->mode) &&
            det.host->holds(holder->thread, w->kind, w->object, held->mode)) {
            return true;
        }
    }
    struct wait_orphan orphan;
    return (wait_orphan_of(w->object, &orphan) && excludes(mode_of(w), orphan.mode) &&
            det.host->holds(orphan.thread, w->kind, w->object, orphan.mode)) ||
           each_writer_before(g, w, is_stuck);
}

/* What a task took may have been let go by another, or made anew. Only of those that sleep, whose locks can be
 * looked at; false: none is doubted that was not. */
static bool doubt(struct graph *g) {
    bool any = false;
    for (uint32_t i = 0; i < g->n; i++) {
        struct waiter *w = &g->waiter[i];
        if (w->stuck && is_for_lock(w) && !lock_agrees(g, w)) {
            w->doubted = any = true;
        }
    }
    return any;
}

/* Of those that seem stuck; leaves those that are. */
static enum det_deadlock proof(struct graph *g) {
    enum det_deadlock verdict = all_sleep(g);
    while (verdict == DET_SOME_STUCK && doubt(g)) {
        reduce(g);
    }
    if (verdict == DET_SOME_STUCK) {
        verdict = nobody_else(g);
    }
    for (uint32_t i = 0; i < g->n && verdict == DET_SOME_STUCK; i++) {
        if (g->waiter[i].stuck && !is_same_still(&g->waiter[i])) {
            verdict = DET_UNSURE;
        }
    }
    return verdict;
}

/* -- the report ----------------------------------------------------------------------------- */

/* What w holds that somebody who is stuck waits for. */
static void write_held(const struct graph *g, const struct waiter *w) {
    for (uint32_t i = 0; i < w->n_held; i++) {
        bool wanted = false;
        for (uint32_t j = 0; j < g->n && !wanted; j++) {
            const struct waiter *other = &g->waiter[j];
            wanted = other->stuck && is_for_lock(other) &&
                     other->object == g->held[w->first_held + i].lock;
        }
        if (wanted) {
            writer_lock(&w->t->held.lock[i]);
        }
    }
}

/* Holders that have ended. */
static void write_orphans(const struct graph *g) {
    for (uint32_t i = 0; i < g->n; i++) {
        struct wait_orphan orphan;
        const struct waiter *w = &g->waiter[i];
        if (is_fresh(w) && is_for_lock(w) && wait_orphan_of(w->object, &orphan) &&
            task_info(orphan.task)->serial == orphan.serial) {
            struct held_lock lock = {.lock = orphan.lock, .mode = orphan.mode, .site = orphan.site};
            writer_task(orphan.task, 1);
            writer_lock(&lock);
        }
    }
}

/* They never run again: what is read of them stays as it is. */
static void write_waiters(const struct graph *g, bool core) {
    for (uint32_t i = 0; i < g->n; i++) {
        const struct waiter *w = &g->waiter[i];
        if (is_fresh(w) && w->core == core) {
            writer_task_as(core ? ROLE_NONE : ROLE_BEHIND, w->number, 1);
            writer_wait(&w->t->wait);
            write_held(g, w);
        }
    }
}

static void report(const struct graph *g) {
    process_describe();
    writer_begin(RECORD_DEADLOCK);
    write_waiters(g, true);
    write_waiters(g, false);
    write_orphans(g);
    writer_end();
}

/* -- all together --------------------------------------------------------------------------- */

static bool has_main(const struct graph *g) {
    for (uint32_t i = 0; i < g->n; i++) {
        if (g->waiter[i].stuck && g->waiter[i].number == det.tasks.main) {
            return true;
        }
    }
    return false;
}

/* What is to become of the process when all who are stuck have been told. */
static enum det_deadlock outcome(const struct graph *g) {
    if (has_main(g) || (!g->able && g->n != 0 && det.host->has_threads(g->n))) {
        return DET_MAIN_STUCK;
    }
    return g->able || g->n == 0 ? DET_SOME_STUCK : DET_UNSURE; /* a thread may be about to vanish */
}

static bool any_is(const struct graph *g, bool (*is)(const struct waiter *w)) {
    for (uint32_t i = 0; i < g->n; i++) {
        if (is(&g->waiter[i])) {
            return true;
        }
    }
    return false;
}

static bool is_news(const struct waiter *w) {
    return w->stuck && !w->told;
}

/* Proves and reports what has become stuck and was not told, if somebody else can act or not. */
static enum det_deadlock judge(struct graph *g, bool able) {
    g->able = able;
    for (uint32_t i = 0; i < g->n; i++) {
        g->waiter[i].stuck = true;
    }
    reduce(g);
    enum det_deadlock verdict = any_is(g, is_news) ? proof(g) : DET_SOME_STUCK;
    if (verdict != DET_SOME_STUCK) {
        return verdict;
    }
    bool news = any_is(g, is_news);
    mark_behind(g);
    if (any_is(g, is_fresh)) {
        find_core(g);
        report(g);
    }
    for (uint32_t i = 0; i < g->n; i++) {
        struct waiter *w = &g->waiter[i];
        w->told |= w->stuck;
        w->t->wait.told |= w->stuck;
    }
    verdict = outcome(g);
    return news || verdict != DET_SOME_STUCK ? verdict : DET_NO_DEADLOCK;
}

/* First those that are stuck whoever can act: locks and joins need less of a proof. */
static enum det_deadlock judge_all(struct graph *g) {
    bool able = g->able;
    enum det_deadlock some = judge(g, true);
    enum det_deadlock all = able ? DET_NO_DEADLOCK : judge(g, false);
    return all != DET_NO_DEADLOCK && some != DET_MAIN_STUCK ? all : some;
}

enum det_deadlock det_look_for_deadlock(void) {
    struct graph g;
    enum det_deadlock verdict = DET_NO_DEADLOCK;
    if (!collect_visit()) { /* no number becomes another's meanwhile */
        return DET_UNSURE;
    }
    if (graph_make(&g)) {
        verdict = judge_all(&g);
        graph_drop(&g);
    }
    collect_unvisit();
    return verdict;
}
