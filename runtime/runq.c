/* runq.c - the ring of a worker and the global queue.
 *
 * The ring is Go's: one producer, many consumers. Consumers move head by compare-and-swap; the
 * producer publishes a slot by moving tail (release), which a consumer reads first (acquire). A
 * slot is written again only after head has passed it, so a consumer whose swap fails has read a
 * stale slot at worst, and drops it.
 */
#include "runtime/runq.h"

#include "runtime/sched.h"

/* A worker takes its `next` this often in a row before the ring has its turn, so that a pair that
 * wakes each other cannot keep the others waiting [GR-20]. */
#define NEXT_STREAK_MAX 32

/* -- the global queue -- */

static void append_global(struct task *first, struct task *last, uint32_t n) {
    struct rdl__sched *sched = &rdl__rt.sched;
    last->next = NULL;
    if (sched->global_tail != NULL) {
        sched->global_tail->next = first;
    } else {
        sched->global_head = first;
    }
    sched->global_tail = last;
    uint32_t before = atomic_load_explicit(&sched->n_global, memory_order_relaxed); /* lock held */
    atomic_store_explicit(&sched->n_global, before + n, memory_order_release);
}

void rdl__runq_append(struct task *t) {
    append_global(t, t, 1);
}

void rdl__runq_put_global(struct task *t) {
    rdl__lock_acquire(&rdl__rt.sched.lock, RANK_SCHED);
    append_global(t, t, 1);
    rdl__lock_release(&rdl__rt.sched.lock);
}

static struct task *pop_global(struct rdl__sched *sched) {
    struct task *t = sched->global_head;
    sched->global_head = t->next;
    if (sched->global_head == NULL) {
        sched->global_tail = NULL;
    }
    uint32_t before = atomic_load_explicit(&sched->n_global, memory_order_relaxed); /* lock held */
    atomic_store_explicit(&sched->n_global, before - 1, memory_order_release);
    return t;
}

struct task *rdl__runq_exchange_global(struct task *t) {
    struct rdl__sched *sched = &rdl__rt.sched;
    struct task *head = sched->global_head;
    if (head == NULL) {
        return NULL;
    }
    t->next = NULL;
    sched->global_tail->next = t;
    sched->global_tail = t;
    sched->global_head = head->next;
    return head;
}

static uint32_t ring_room(struct worker *w) {
    return RING_SLOTS - (atomic_load_explicit(&w->tail, memory_order_relaxed) /* own */
                         - atomic_load_explicit(&w->head, memory_order_acquire));
}

static void push_ring(struct worker *w, struct task *t) {
    uint32_t tail = atomic_load_explicit(&w->tail, memory_order_relaxed); /* own */
    atomic_store_explicit(&w->ring[tail % RING_SLOTS], t,
                          memory_order_relaxed); /* tail publishes */
    atomic_store_explicit(&w->tail, tail + 1, memory_order_release);
}

struct task *rdl__runq_get_global(struct worker *w, uint32_t limit) {
    struct rdl__sched *sched = &rdl__rt.sched;
    if (atomic_load_explicit(&sched->n_global, memory_order_acquire) == 0) {
        return NULL;
    }
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    uint32_t n = atomic_load_explicit(&sched->n_global, memory_order_relaxed); /* lock held */
    uint32_t share = n / atomic_load_explicit(&sched->maxprocs, memory_order_relaxed) +
                     1; /* any value is fair */
    uint32_t room = ring_room(w);
    share = share > n ? n : share;
    share = share > limit ? limit : share;
    share = share > RING_SLOTS / 2 ? RING_SLOTS / 2 : share;
    share = share > room + 1 ? room + 1 : share;
    struct task *first = share == 0 ? NULL : pop_global(sched);
    for (uint32_t i = 1; i < share; i++) {
        push_ring(w, pop_global(sched));
    }
    rdl__lock_release(&sched->lock);
    return first;
}

/* -- the ring -- */

/* The ring is full: its older half and t go to the global queue. False: a thief made room. */
static bool overflow(struct worker *w, struct task *t, uint32_t head) {
    struct task *batch[RING_SLOTS / 2 + 1];
    uint32_t n = RING_SLOTS / 2;
    for (uint32_t i = 0; i < n; i++) {
        batch[i] = atomic_load_explicit(&w->ring[(head + i) % RING_SLOTS], memory_order_relaxed);
    }
    if (!atomic_compare_exchange_strong_explicit(&w->head, &head, head + n, memory_order_acq_rel,
                                                 memory_order_relaxed)) {
        return false;
    }
    batch[n] = t;
    if (rdl__emit_on()) {
        for (uint32_t i = n; i > 0; i--) {
            uint32_t other = rdl__sched_choose(i + 1);
            struct task *swap = batch[i];
            batch[i] = batch[other];
            batch[other] = swap;
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        batch[i]->next = batch[i + 1];
    }
    rdl__lock_acquire(&rdl__rt.sched.lock, RANK_SCHED);
    append_global(batch[0], batch[n], n + 1);
    rdl__lock_release(&rdl__rt.sched.lock);
    return true;
}

static void put_ring(struct worker *w, struct task *t) {
    for (;;) {
        uint32_t head = atomic_load_explicit(&w->head, memory_order_acquire);
        uint32_t tail = atomic_load_explicit(&w->tail, memory_order_relaxed); /* own */
        if (tail - head < RING_SLOTS) {
            push_ring(w, t);
            return;
        }
        if (overflow(w, t, head)) {
            return;
        }
    }
}

void rdl__runq_put(struct worker *w, struct task *t, bool as_next) {
    if (as_next) {
        /* Others only ever empty it: what is empty stays so, and needs no locked instruction. */
        if (atomic_load_explicit(&w->next, memory_order_relaxed) == NULL) { /* own */
            atomic_store_explicit(&w->next, t, memory_order_release);
            return;
        }
        t = atomic_exchange_explicit(&w->next, t, memory_order_acq_rel);
    }
    if (t != NULL) {
        put_ring(w, t);
    }
}

/* Mostly the owner's call; the monitor's too, so tail is read as a thief reads it. */
static struct task *get_ring(struct worker *w) {
    for (;;) {
        uint32_t head = atomic_load_explicit(&w->head, memory_order_acquire);
        uint32_t tail = atomic_load_explicit(&w->tail, memory_order_acquire);
        if (head == tail) {
            return NULL;
        }
        struct task *t = atomic_load_explicit(&w->ring[head % RING_SLOTS], memory_order_relaxed);
        if (atomic_compare_exchange_strong_explicit(&w->head, &head, head + 1, memory_order_acq_rel,
                                                    memory_order_relaxed)) {
            return t;
        }
    }
}

struct task *rdl__runq_get(struct worker *w) {
    bool ring_first = w->next_streak >= NEXT_STREAK_MAX;
    if (ring_first) {
        w->next_streak = 0;
        struct task *t = get_ring(w);
        if (t != NULL) {
            return t;
        }
    }
    if (atomic_load_explicit(&w->next, memory_order_relaxed) != NULL) { /* the exchange decides */
        struct task *t = atomic_exchange_explicit(&w->next, NULL, memory_order_acq_rel);
        if (t != NULL) {
            w->next_streak++;
            return t;
        }
    }
    w->next_streak = 0;
    return get_ring(w);
}

struct task *rdl__runq_steal(struct worker *w, struct worker *victim, bool even_next) {
    for (;;) {
        uint32_t head = atomic_load_explicit(&victim->head, memory_order_acquire);
        uint32_t tail = atomic_load_explicit(&victim->tail, memory_order_acquire);
        uint32_t n = tail - head;
        n -= n / 2;
        if (n == 0) {
            return even_next ? atomic_exchange_explicit(&victim->next, NULL, memory_order_acq_rel)
                             : NULL;
        }
        if (n > RING_SLOTS / 2) {
            continue; /* head and tail are of different moments */
        }
        struct task *batch[RING_SLOTS / 2];
        for (uint32_t i = 0; i < n; i++) {
            batch[i] =
                atomic_load_explicit(&victim->ring[(head + i) % RING_SLOTS], memory_order_relaxed);
        }
        if (!atomic_compare_exchange_strong_explicit(&victim->head, &head, head + n,
                                                     memory_order_acq_rel, memory_order_relaxed)) {
            continue;
        }
        for (uint32_t i = 1; i < n; i++) {
            put_ring(w, batch[i]);
        }
        return batch[0];
    }
}

bool rdl__runq_has(struct worker *w) {
    return atomic_load_explicit(&w->head, memory_order_seq_cst) !=
               atomic_load_explicit(&w->tail, memory_order_seq_cst) ||
           atomic_load_explicit(&w->next, memory_order_seq_cst) != NULL;
}

void rdl__runq_drain_locked(struct worker *w) {
    struct task *t =
        atomic_load_explicit(&w->next, memory_order_relaxed); /* the exchange decides */
    t = t != NULL ? atomic_exchange_explicit(&w->next, NULL, memory_order_acq_rel) : NULL;
    t = t != NULL ? t : get_ring(w);
    while (t != NULL) {
        append_global(t, t, 1);
        t = get_ring(w);
    }
}

void rdl__runq_drain(struct worker *w) {
    struct task *picked = w->picked;
    w->picked = NULL;
    rdl__lock_acquire(&rdl__rt.sched.lock, RANK_SCHED);
    if (picked != NULL) {
        append_global(picked, picked, 1);
    }
    rdl__runq_drain_locked(w);
    rdl__lock_release(&rdl__rt.sched.lock);
}
