/* look.c - the order of places: own queue, global queue, timers, descriptors, other workers. */
#include "runtime/look.h"

#include "runtime/poll.h"
#include "runtime/runq.h"
#include "runtime/sched.h"
#include "runtime/timer.h"
#include "runtime/worker.h"

#define GLOBAL_FIRST_STEP 61 /* a prime, so that it falls in step with nothing [Go proc.go] */
#define STEAL_ROUNDS      4
/* The victim is about to run its next task itself, nearly always: a hand-over takes 50 ns, and the
 * two tasks would pull their channel's line from CPU to CPU (chan_buf128: 29 -> 200 ns) [Go runqgrab]. */
#define NEXT_GRACE_NS 3000

static struct rdl__sched *const sched = &rdl__rt.sched;

static bool may_search(const struct worker *w) {
    uint32_t running = atomic_load_explicit(&sched->n_running, memory_order_relaxed); /* a guess */
    uint32_t searching = atomic_load_explicit(&sched->n_spinning, memory_order_relaxed);
    return w->spinning || 2 * searching < running;
}

static struct task *steal_once(struct worker *w, bool even_next) {
    uint32_t n = atomic_load_explicit(&sched->n_workers, memory_order_acquire);
    uint32_t first = rdl__sched_choose(n);
    for (uint32_t i = 0; i < n; i++) {
        struct worker *victim =
            atomic_load_explicit(&sched->workers[(first + i) % n], memory_order_acquire);
        if (victim == w || !rdl__runq_has(victim)) {
            continue;
        }
        if (even_next) {
            rdl__os_sleep(NEXT_GRACE_NS);
        }
        struct task *t = rdl__runq_steal(w, victim, even_next);
        if (t != NULL) {
            return t;
        }
    }
    return NULL;
}

static struct task *search(struct worker *w) {
    if (!w->spinning) {
        w->spinning = true;
        atomic_fetch_add_explicit(&sched->n_spinning, 1, memory_order_seq_cst);
    }
    for (int round = 1; round <= STEAL_ROUNDS; round++) {
        struct task *t = steal_once(w, round == STEAL_ROUNDS);
        if (t != NULL) {
            return t;
        }
    }
    return NULL;
}

/* Whoever sleeps in the poller already will be told sooner. */
static bool poll_now(struct worker *w) {
    bool polled = atomic_load_explicit(&sched->polled, memory_order_relaxed); /* a hint */
    if (!rdl__poll_is_awaited() || polled) {
        return false;
    }
    atomic_store_explicit(&sched->polled_ns, rdl__sched_now(), memory_order_relaxed); /* a hint */
    return rdl__poll_run(w, 0);
}

struct task *rdl__look(struct worker *w) {
    uint32_t tick = atomic_load_explicit(&w->tick, memory_order_relaxed) + 1; /* own */
    struct task *t = NULL;
    atomic_store_explicit(&w->tick, tick, memory_order_relaxed); /* own */
    if (tick % GLOBAL_FIRST_STEP == 0) {
        t = rdl__runq_get_global(w, 1);
    }
    if (t == NULL && tick % TIMER_CHECK_STEP == 0) {
        rdl__timer_run_due(w);
    }
    t = t != NULL ? t : rdl__runq_get(w);
    t = t != NULL ? t : rdl__runq_get_global(w, RING_SLOTS);
    if (t == NULL && (rdl__timer_run_due(w) || poll_now(w))) {
        t = rdl__runq_get(w);
    }
    return t == NULL && may_search(w) ? search(w) : t;
}

struct task *rdl__look_here(struct worker *w, bool even_global) {
    uint32_t tick = atomic_load_explicit(&w->tick, memory_order_relaxed) + 1; /* own */
    struct task *t = tick % GLOBAL_FIRST_STEP == 0 ? rdl__runq_get_global(w, 1) : NULL;
    t = t != NULL ? t : rdl__runq_get(w);
    t = t == NULL && even_global ? rdl__runq_get_global(w, RING_SLOTS) : t;
    if (t != NULL) {
        atomic_store_explicit(&w->tick, tick, memory_order_relaxed); /* own */
    }
    return t;
}

struct task *rdl__look_exchange(struct worker *w, struct task *self) {
    uint32_t tick = atomic_load_explicit(&w->tick, memory_order_relaxed) + 1; /* own */
    atomic_store_explicit(&w->tick, tick, memory_order_relaxed);              /* own */
    if (atomic_load_explicit(&sched->n_global, memory_order_relaxed) == 0) {  /* a moment ago */
        return NULL;
    }
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    struct task *t = rdl__runq_exchange_global(self);
    if (t == NULL) {
        rdl__lock_release(&sched->lock);
    }
    return t;
}
