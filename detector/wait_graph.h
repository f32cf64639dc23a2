/* wait_graph.h - who waits for whom, at one moment?
 *
 * Model    A copy of all endless waits (wait.h) and of the locks that those who wait hold, with the onces that
 *          they run (once.h), made without stopping
 *          anybody: what is copied of a task was true between two equal turns of it.
 * Thread   one at a time: whoever looks for deadlocks, while numbers keep their meaning (collect_visit).
 */
#ifndef RADDLE_DETECTOR_WAIT_GRAPH_H
#define RADDLE_DETECTOR_WAIT_GRAPH_H

#include "detector/base.h"
#include "detector/event.h"
#include "detector/wait.h"

struct det_task;
struct det_stopped;
struct reach;

/* One who waits for ever, as far as we know yet. */
struct waiter {
    struct det_task *t;
    uint32_t number, turn, thread, kind, waker;
    uintptr_t object;
    uintptr_t with; /* the mutex that a condition's waiter needs to come back; 0: none */
    uint32_t first_held, n_held;
    uint32_t wanted; /* so many of the core wait for it */
    bool behind_writers;
    bool timed; /* comes back by itself, if nobody keeps the mutex from it */
    bool stuck;
    bool doubted; /* nobody has what it waits for, as far as that says itself */
    bool resting; /* waits for nothing at all, in nobody's way */
    bool told;    /* with an earlier set */
    bool behind;  /* waits for one of those */
    bool
        led_to; /* waits for nobody in particular, when those that were told leave nobody who can act */
    bool core;    /* of a circle, or of those whom nobody can wake; the rest only waits for them */
    bool picked;  /* for the next finding, */
    bool spread;  /* with all it waits for */
    bool cut_off; /* nobody who can act can reach what it waits for (cut_off.h) */
    bool
        has_it; /* the mutex says that w itself holds it, seen or not: perhaps it is a copy of one that w held */
    bool seen;  /* what it could do, if it were woken, was looked at */
    bool found; /* it stands where it waits: these are known */
    uintptr_t sp, stack_hi, own_lo, own_hi;
    uintptr_t tls_lo, tls_hi, block_hi; /* its thread's variables, and then libc's block of it */
    uintptr_t handle; /* who can reach it may wake w; 0: nobody does such a thing */
    const struct det_stopped *stopped; /* NULL: it has no thread of its own */
};

struct held {
    uintptr_t lock;
    uint32_t mode;
    uint32_t site;
    uint32_t waiter; /* index of who holds it */
};

struct graph {
    struct waiter *waiter; /* in the order of their numbers */
    struct held *held;
    uint32_t *bucket; /* by hash of a lock: 1 + index of the first of its locks; 0: none */
    uint32_t *chain;  /* of each lock held: the next one */
    uint32_t *queue;  /* by hash of a lock: likewise the first who waits for one */
    uint32_t *writer; /* and the first who waits to write */
    uint32_t *behind; /* of each who waits: the next one in the queue, */
    uint32_t *beside; /* and the next one who waits to write */
    uint32_t *gone;   /* n_gone who were taken away, and those behind them not looked at yet */
    uint32_t n_gone;
    uint32_t n, room;
    uint32_t n_held, held_room;
    uint32_t buckets;          /* a power of two */
    bool able;                 /* somebody else can act, */
    bool relays;               /* or could for a signal */
    bool asleep;               /* all tasks are, a runtime says */
    const struct reach *reach; /* what those who can act can reach; NULL: it was not looked at */
};

/* False: no memory. */
DET_HIDDEN bool graph_make(struct graph *g);
DET_HIDDEN void graph_drop(struct graph *g);
/* Again, after what somebody waits for has become another. */
DET_HIDDEN void graph_index(struct graph *g);
/* Whether w is still in the same wait as when it was copied. */
DET_HIDDEN bool graph_is_current(const struct waiter *w);

static inline bool graph_excludes(uint32_t wanted, uint32_t held) {
    return ((wanted & held) & EV_LOCK_READ) == 0;
}

static inline bool graph_is_for_lock(const struct waiter *w) {
    return wait_is_for_lock(w->kind);
}

/* The lock without which w cannot go on; 0: none. */
static inline uintptr_t graph_lock_of(const struct waiter *w) {
    return w->with ? w->with : graph_is_for_lock(w) ? w->object : 0;
}

/* Neither for a lock nor to join: whoever can act might wake it. */
static inline bool graph_is_by_others(const struct waiter *w) {
    return !graph_is_for_lock(w) && w->kind != EV_WAIT_PTHREAD_JOIN &&
           !wait_is_for_nothing(w->kind);
}

/* Parked by a runtime: nothing but a task that acts can let it go on. */
static inline bool graph_is_parked(const struct waiter *w) {
    return w->kind < EV_WAIT_PTHREAD_MUTEX;
}

static inline bool graph_is_to_write(const struct waiter *w) {
    return w->kind == EV_WAIT_PTHREAD_RWLOCK_WRITE || w->kind == EV_WAIT_RWMUTEX_WRITE;
}

static inline uint32_t graph_mode_of(const struct waiter *w) {
    return wait_is_to_read(w->kind) ? EV_LOCK_READ : EV_LOCK_WRITE;
}

/* Whether that hold keeps w from the lock. A recursive mutex that was held twice stays held in a condition's wait,
 * which needs no more than that. */
static inline bool graph_keeps_out(const struct graph *g, const struct held *held,
                                   const struct waiter *w) {
    return held->lock == graph_lock_of(w) && graph_excludes(graph_mode_of(w), held->mode) &&
           !(w->with && &g->waiter[held->waiter] == w);
}

/* 1 + index of the first that may be a hold of the lock, and of the first that may wait for it; 0: none. The next
 * one is chain[index], behind[index]. */
static inline uint32_t graph_first_held(const struct graph *g, uintptr_t lock) {
    return g->bucket[mix64(lock) & (g->buckets - 1)];
}
static inline uint32_t graph_first_waiting(const struct graph *g, uintptr_t lock) {
    return g->queue[mix64(lock) & (g->buckets - 1)];
}

/* Told of one that is waited for; true: that is enough. */
typedef bool see_waiter(struct waiter *w);
/* All that w waits for, who has its condition's mutex too, one by one, until `see` has seen enough, which is returned. */
DET_HIDDEN bool graph_each_target(const struct graph *g, const struct waiter *w, see_waiter *see);
/* Likewise, of a reader, the writers that wait, too, and are served before; none where somebody holds it for writing: they
 * all wait for him, and mostly came later than the reader. */
DET_HIDDEN bool graph_each_writer_before(const struct graph *g, const struct waiter *w,
                                         see_waiter *see);

#endif
