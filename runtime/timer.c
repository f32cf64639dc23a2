/* timer.c - the heap of deadlines, and what happens when one is reached. */
#include "runtime/timer.h"

#include "runtime/chan.h"
#include "runtime/crash.h"
#include "runtime/sched.h"
#include "runtime/text.h"

#define FIRST_CAPACITY 1024u /* entries; a power of two */
#define ARITY          4u    /* half the levels of a binary heap, the children in one cache line */

/* The deadline stands in the heap itself: comparing touches no timer. */
struct timer_entry {
    int64_t when_ns;
    struct timer *timer;
};

static struct rdl__timers *const timers = &rdl__rt.timers;

/* -- the heap; the lock is held -- */

static void place(uint32_t slot, struct timer_entry entry) {
    timers->heap[slot] = entry;
    entry.timer->slot = slot;
}

static void sift_up(uint32_t slot, struct timer_entry entry) {
    while (slot > 0) {
        uint32_t parent = (slot - 1) / ARITY;
        if (timers->heap[parent].when_ns <= entry.when_ns) {
            break;
        }
        place(slot, timers->heap[parent]);
        slot = parent;
    }
    place(slot, entry);
}

static uint32_t earliest_child(uint32_t slot) {
    uint32_t first = slot * ARITY + 1;
    uint32_t best = first;
    for (uint32_t i = first + 1; i < first + ARITY && i < timers->n; i++) {
        if (timers->heap[i].when_ns < timers->heap[best].when_ns) {
            best = i;
        }
    }
    return best;
}

static void sift_down(uint32_t slot, struct timer_entry entry) {
    while (slot * ARITY + 1 < timers->n) {
        uint32_t child = earliest_child(slot);
        if (timers->heap[child].when_ns >= entry.when_ns) {
            break;
        }
        place(slot, timers->heap[child]);
        slot = child;
    }
    place(slot, entry);
}

static void publish_next(void) {
    atomic_store_explicit(&timers->next_ns, timers->n == 0 ? INT64_MAX : timers->heap[0].when_ns,
                          memory_order_seq_cst);
}

static bool is_strong(const struct timer *t) {
    return t->kind != TIMER_CHAN;
}

static void remove_entry(struct timer *t) {
    uint32_t slot = t->slot;
    struct timer_entry last = timers->heap[--timers->n];
    if (last.timer != t) {
        if (slot > 0 && timers->heap[(slot - 1) / ARITY].when_ns > last.when_ns) {
            sift_up(slot, last);
        } else {
            sift_down(slot, last);
        }
    }
    if (is_strong(t)) {
        atomic_fetch_sub_explicit(&timers->n_strong, 1, memory_order_seq_cst);
    }
    publish_next();
}

static void grow(void) {
    uint32_t capacity = timers->capacity == 0 ? FIRST_CAPACITY : timers->capacity * 2;
    struct timer_entry *heap = rdl__os_map(capacity * sizeof(*heap));
    if (heap == NULL) {
        rdl__crash_fatal(TEXT_NO_MEMORY, 0);
    }
    if (timers->heap != NULL) {
        rdl__arch_copy(heap, timers->heap, timers->n * sizeof(*heap));
        rdl__os_unmap(timers->heap, timers->capacity * sizeof(*heap));
    }
    timers->heap = heap;
    timers->capacity = capacity;
}

/* -- arming -- */

int64_t rdl__timer_deadline(int64_t now_ns, rdl_duration d) {
    int64_t at;
    if (d <= 0) {
        return now_ns;
    }
    return __builtin_add_overflow(now_ns, d, &at) || at == INT64_MAX ? TIMER_NEVER : at;
}

void rdl__timer_arm(struct timer *t) {
    rdl__lock_acquire(&timers->lock, RANK_TIMERS);
    if (timers->n == timers->capacity) {
        grow();
    }
    if (is_strong(t)) {
        atomic_fetch_add_explicit(&timers->n_strong, 1, memory_order_seq_cst);
    }
    atomic_store_explicit(&t->state, TIMER_ARMED, memory_order_relaxed); /* lock held */
    sift_up(timers->n++, (struct timer_entry){.when_ns = t->when_ns, .timer = t});
    bool is_first = t->slot == 0;
    publish_next();
    rdl__lock_release(&timers->lock);
    if (is_first) {
        rdl__sched_timer_armed();
    }
}

void rdl__timer_disarm(struct timer *t) {
    rdl__lock_acquire(&timers->lock, RANK_TIMERS);
    if (atomic_load_explicit(&t->state, memory_order_relaxed) == TIMER_ARMED) { /* lock held */
        remove_entry(t);
        atomic_store_explicit(&t->state, TIMER_OFF, memory_order_relaxed); /* lock held */
    }
    rdl__lock_release(&timers->lock);
    while (atomic_load_explicit(&t->state, memory_order_acquire) == TIMER_FIRING) {
        rdl__os_yield_thread();
    }
}

/* -- firing -- */

/* Fires the head of the heap. Returns a task to ready once the lock is released, or NULL; until then
 * it sleeps, and t with it. The lock is given up for a channel, whose lock ranks before it. */
static struct task *fire(struct timer *t) {
    struct task *task = t->task;
    remove_entry(t);
    if (t->kind == TIMER_CHAN) {
        atomic_store_explicit(&t->state, TIMER_FIRING, memory_order_relaxed); /* lock held */
        rdl__lock_release(&timers->lock);
        rdl__chan_timer_fired(t->chan);
        atomic_store_explicit(&t->state, TIMER_OFF, memory_order_release);
        rdl__lock_acquire(&timers->lock, RANK_TIMERS);
        return NULL;
    }
    atomic_store_explicit(&t->state, TIMER_OFF, memory_order_relaxed); /* lock held */
    return t->kind == TIMER_WAKE || rdl__chan_claim(task, NULL) ? task : NULL;
}

bool rdl__timer_run_due(struct worker *w) {
    int64_t next =
        atomic_load_explicit(&timers->next_ns, memory_order_relaxed); /* looked at again */
    if (next == INT64_MAX) {
        return false;
    }
    w->now_ns = rdl__sched_now();
    if (next > w->now_ns) {
        return false;
    }
    struct task *woken = NULL;
    struct task **end = &woken;
    bool any = false;
    rdl__lock_acquire(&timers->lock, RANK_TIMERS);
    while (timers->n > 0 && timers->heap[0].when_ns <= w->now_ns) {
        struct task *t = fire(timers->heap[0].timer);
        if (t != NULL) {
            *end = t;
            end = &t->next;
        }
        any = true;
    }
    *end = NULL;
    rdl__lock_release(&timers->lock);
    rdl__sched_ready_all(woken, false);
    return any;
}
