/* wait_graph.c - who waits for whom, at one moment? */
#include "detector/wait_graph.h"

#include "detector/once.h"
#include "detector/state.h"

/* -- what is true now ----------------------------------------------------------------------- */

static struct det_task *live_task(uint32_t number) {
    return __atomic_load_n(&task_info(number)->live, __ATOMIC_ACQUIRE);
}

static bool is_at(const struct det_task *t, uint32_t turn) {
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return __atomic_load_n(&t->wait.turn, __ATOMIC_RELAXED) == turn;
}

bool graph_is_current(const struct waiter *w) {
    return is_at(w->t, w->turn) && live_task(w->number) == w->t;
}

static bool may_be_stuck(const struct det_task *t) {
    return __atomic_load_n(&t->wait.active, __ATOMIC_ACQUIRE) && wait_may_be_stuck(&t->wait);
}

/* Copies locks behind the n that were copied of this task, but for those that others have let go or taken; how many
 * there are now, or UINT32_MAX. */
static uint32_t copy_locks(struct graph *g, const struct held_locks *from, uint32_t number,
                           uint32_t n) {
    const struct held_lock *locks = __atomic_load_n(&from->lock, __ATOMIC_ACQUIRE);
    uint32_t more = __atomic_load_n(&from->n, __ATOMIC_ACQUIRE);
    uint32_t room = __atomic_load_n(&from->room, __ATOMIC_ACQUIRE);
    uint32_t first = g->n_held + n;
    if (more != 0 && (!locks || more > room || more > g->held_room - first)) {
        return UINT32_MAX;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < more; i++) {
        struct held_lock lock = locks[i];
        if (!sync_has_lost(number, lock.lock, lock.mode)) {
            g->held[first + kept++] = (struct held){
                .lock = lock.lock, .mode = lock.mode, .site = lock.site, .waiter = g->n};
        }
    }
    return n + kept;
}

/* Copies the locks of t, and the onces that it runs, which may change meanwhile; how many, or UINT32_MAX. (In a
 * wait they do so only in a handler. An array that was given up is still memory: arena.h.) */
static uint32_t copy_held(struct graph *g, const struct det_task *t, uint32_t number) {
    const struct held_locks *runs = once_runs(t);
    uint32_t n = copy_locks(g, &t->held, number, 0);
    return n == UINT32_MAX || !runs ? n : copy_locks(g, runs, number, n);
}

#define MUTEX_OWNER 8u /* where in a mutex of the system stands who holds it */

static bool says_mutex(const struct waiter *w) {
    uint32_t owner = 0;
    return w->kind == EV_WAIT_PTHREAD_MUTEX && w->thread != 0 && det.host->peek &&
           det.host->peek(w->object + MUTEX_OWNER, &owner, sizeof owner) && owner == w->thread;
}

/* False: t can act. One who is over neither acts nor waits. */
static bool copy_waiter(struct graph *g, struct det_task *t, uint32_t number) {
    uint32_t turn = __atomic_load_n(&t->wait.turn, __ATOMIC_ACQUIRE);
    bool seems_stuck = may_be_stuck(t) && g->n < g->room && !wait_ends_by_time(&t->wait);
    uint32_t n_held = seems_stuck ? copy_held(g, t, number) : UINT32_MAX;
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
                         .with = t->wait.kind == EV_WAIT_PTHREAD_COND ? t->wait.with : 0,
                         .first_held = g->n_held,
                         .n_held = n_held,
                         .behind_writers = t->wait.behind_writers,
                         .timed = t->wait.timed,
                         .told = t->wait.told,
                         .stuck = true};
    w->has_it = says_mutex(w);
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
        if (t && may_be_stuck(t)) {
            g->room++;
            const struct held_locks *runs = once_runs(t);
            g->held_room += t->held.n + (runs ? runs->n : 0);
        }
    }
}

static void fill(struct graph *g) {
    for (uint32_t i = 1; i <= task_count(); i++) {
        struct det_task *t = live_task(i);
        bool over = t && __atomic_load_n(&t->wait.over, __ATOMIC_ACQUIRE);
        if (t && !over && !copy_waiter(g, t, i)) {
            bool relays = task_info(i)->relay;
            g->relays |= relays;
            g->able |= !relays;
        }
    }
}

static uint32_t *slot_of(const struct graph *g, uint32_t *slots, uintptr_t lock) {
    return &slots[mix64(lock) & (g->buckets - 1)];
}

static void zero_buckets(const struct graph *g, uint32_t *first) {
    zero_bytes(first, g->buckets * sizeof *first);
}

void graph_index(struct graph *g) {
    zero_buckets(g, g->bucket);
    zero_buckets(g, g->queue);
    zero_buckets(g, g->writer);
    for (uint32_t i = 0; i < g->n_held; i++) {
        uint32_t *bucket = slot_of(g, g->bucket, g->held[i].lock);
        g->chain[i] = *bucket;
        *bucket = i + 1;
    }
    for (uint32_t i = 0; i < g->n; i++) {
        uint32_t *queue = slot_of(g, g->queue, g->waiter[i].object);
        g->behind[i] = *queue;
        *queue = i + 1;
        if (graph_is_to_write(&g->waiter[i])) {
            uint32_t *writer = slot_of(g, g->writer, g->waiter[i].object);
            g->beside[i] = *writer;
            *writer = i + 1;
        }
    }
}

void graph_drop(struct graph *g) {
    arena_free(g->waiter, g->room * sizeof *g->waiter);
    arena_free(g->held, g->held_room * sizeof *g->held);
    arena_free(g->chain, g->held_room * sizeof *g->chain);
    arena_free(g->bucket, g->buckets * sizeof *g->bucket);
    arena_free(g->queue, g->buckets * sizeof *g->queue);
    arena_free(g->writer, g->buckets * sizeof *g->writer);
    arena_free(g->behind, g->room * sizeof *g->behind);
    arena_free(g->beside, g->room * sizeof *g->beside);
    arena_free(g->gone, g->room * sizeof *g->gone);
}

bool graph_make(struct graph *g) {
    *g = (struct graph){.room = 1, .held_room = 1, .buckets = 16};
    count(g);
    while (g->buckets < g->held_room || g->buckets < g->room) {
        g->buckets *= 2;
    }
    g->waiter = arena_alloc(g->room * sizeof *g->waiter);
    g->held = arena_alloc(g->held_room * sizeof *g->held);
    g->chain = arena_alloc(g->held_room * sizeof *g->chain);
    g->bucket = arena_alloc(g->buckets * sizeof *g->bucket);
    g->queue = arena_alloc(g->buckets * sizeof *g->queue);
    g->writer = arena_alloc(g->buckets * sizeof *g->writer);
    g->behind = arena_alloc(g->room * sizeof *g->behind);
    g->beside = arena_alloc(g->room * sizeof *g->beside);
    g->gone = arena_alloc(g->room * sizeof *g->gone);
    if (!g->waiter || !g->held || !g->chain || !g->bucket || !g->queue || !g->writer ||
        !g->behind || !g->beside || !g->gone) {
        graph_drop(g);
        return false;
    }
    fill(g);
    graph_index(g);
    return true;
}

/* -- edges ---------------------------------------------------------------------------------- */

static bool each_holder(const struct graph *g, const struct waiter *w, see_waiter *see) {
    for (uint32_t i = graph_first_held(g, graph_lock_of(w)); i != 0; i = g->chain[i - 1]) {
        const struct held *held = &g->held[i - 1];
        if (graph_keeps_out(g, held, w) && see(&g->waiter[held->waiter])) {
            return true;
        }
    }
    return false;
}

/* Whether one who waits, too, holds the lock for writing. */
static bool has_writer(const struct graph *g, uintptr_t lock) {
    uint32_t i = graph_first_held(g, lock);
    while (i != 0 && (g->held[i - 1].lock != lock || (g->held[i - 1].mode & EV_LOCK_READ) != 0)) {
        i = g->chain[i - 1];
    }
    return i != 0;
}

bool graph_each_writer_before(const struct graph *g, const struct waiter *w, see_waiter *see) {
    bool is_behind = w->behind_writers && wait_is_to_read(w->kind) && !has_writer(g, w->object);
    uint32_t i = is_behind ? *slot_of(g, g->writer, w->object) : 0;
    for (; i != 0; i = g->beside[i - 1]) {
        struct waiter *other = &g->waiter[i - 1];
        if (other->object == w->object && see(other)) {
            return true;
        }
    }
    return false;
}

static bool the_joined(const struct graph *g, const struct waiter *w, see_waiter *see) {
    uint32_t lo = 0, hi = w->waker ? g->n : 0;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (g->waiter[mid].number == w->waker) {
            return see(&g->waiter[mid]);
        }
        lo = g->waiter[mid].number < w->waker ? mid + 1 : lo;
        hi = g->waiter[mid].number < w->waker ? hi : mid;
    }
    return false;
}

bool graph_each_target(const struct graph *g, const struct waiter *w, see_waiter *see) {
    return graph_lock_of(w) ? each_holder(g, w, see) || graph_each_writer_before(g, w, see)
                            : the_joined(g, w, see);
}
