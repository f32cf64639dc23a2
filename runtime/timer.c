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
    atomic_store_explicit(&entry.timer->slot, slot + 1, memory_order_relaxed); /* lock held */
}

static bool is_in_heap(const struct timer *t) {
    return atomic_load_explicit(&t->slot, memory_order_relaxed) != 0; /* lock held */
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

/* Most changes leave the head as it is: they need not reach the other processors. */
static void publish_next(void) {
    int64_t next = timers->n == 0 ? INT64_MAX : timers->heap[0].when_ns;
    if (atomic_load_explicit(&timers->next_ns, memory_order_relaxed) != next) { /* lock held */
        atomic_store_explicit(&timers->next_ns, next, memory_order_seq_cst);
    }
}

/* Those with a channel are counted by their waiters instead (timer_chan.c). */
static void count_strong(const struct timer *t, uint32_t n) {
    if (t->kind != TIMER_CHAN) {
        uint32_t before =
            atomic_load_explicit(&timers->n_strong, memory_order_relaxed); /* lock held */
        atomic_store_explicit(&timers->n_strong, before + n, memory_order_release);
    }
}

static void remove_entry(struct timer *t) {
    uint32_t slot = atomic_load_explicit(&t->slot, memory_order_relaxed) - 1; /* lock held */
    struct timer_entry last = timers->heap[--timers->n];
    timers->heap[timers->n] = (struct timer_entry){0}; /* who looks for pointers finds none to t */
    if (last.timer != t) {
        if (slot > 0 && timers->heap[(slot - 1) / ARITY].when_ns > last.when_ns) {
            sift_up(slot, last);
        } else {
            sift_down(slot, last);
        }
    }
    atomic_store_explicit(&t->slot, 0, memory_order_relaxed); /* lock held */
    count_strong(t, (uint32_t)-1);
}

static void grow(void) {
    uint32_t capacity = timers->capacity == 0 ? FIRST_CAPACITY : timers->capacity * 2;
    struct timer_entry *heap = rdl__os_map(capacity * sizeof(*heap));
    if (heap == NULL) {
        rdl__crash_limit(LIMIT_MEMORY, 0);
    }
    if (timers->heap != NULL) {
        rdl__arch_copy(heap, timers->heap, timers->n * sizeof(*heap));
        rdl__os_unmap(timers->heap, timers->capacity * sizeof(*heap));
    }
    timers->heap = heap;
    timers->capacity = capacity;
}

/* True if t is now the first. */
static bool insert(struct timer *t, int64_t when_ns) {
    if (timers->n == timers->capacity) {
        grow();
    }
    if (is_in_heap(t)) {
        remove_entry(t);
    }
    t->when_ns = when_ns;
    count_strong(t, 1);
    sift_up(timers->n++, (struct timer_entry){.when_ns = when_ns, .timer = t});
    publish_next();
    return timers->heap[0].timer == t;
}

/* -- arming and disarming -- */

int64_t rdl__timer_deadline(int64_t now_ns, rdl_duration d) {
    int64_t at;
    if (d <= 0) {
        return now_ns;
    }
    return __builtin_add_overflow(now_ns, d, &at) || at == INT64_MAX ? TIMER_NEVER : at;
}

bool rdl__timer_put(struct timer *t, int64_t when_ns) {
    rdl__lock_acquire(&timers->lock, RANK_TIMERS);
    bool is_first = insert(t, when_ns);
    rdl__lock_release(&timers->lock);
    return is_first;
}

void rdl__timer_arm(struct timer *t) {
    if (rdl__timer_put(t, t->when_ns)) {
        rdl__sched_timer_armed();
    }
}

bool rdl__timer_remove(struct timer *t) {
    rdl__lock_acquire(&timers->lock, RANK_TIMERS);
    bool was_pending = is_in_heap(t);
    if (was_pending) {
        remove_entry(t);
        publish_next();
    }
    rdl__lock_release(&timers->lock);
    return was_pending;
}

static bool is_firing(struct timer *t) {
    return atomic_load_explicit(&t->n_firing, memory_order_acquire) != 0;
}

bool rdl__timer_disarm(struct timer *t) {
    bool was_pending = rdl__timer_remove(t);
    while (is_firing(t)) {
        rdl__os_yield_thread();
    }
    return was_pending;
}

/* The task of an expiry that is under way must have seen the key before it is written anew: else it
 * would know what this call knows, although it was armed by another [HB-TM-01]. */
bool rdl__timer_set_func(struct timer_func *f, int64_t when_ns, struct task *self) {
    rdl__lock_acquire(&timers->lock, RANK_TIMERS);
    while (is_firing(&f->timer)) {
        rdl__lock_release(&timers->lock);
        rdl__os_yield_thread();
        rdl__lock_acquire(&timers->lock, RANK_TIMERS);
    }
    bool was_pending = is_in_heap(&f->timer);
    rdl__emit_release(self->det, &f->key);
    bool is_first = insert(&f->timer, when_ns);
    rdl__lock_release(&timers->lock);
    if (is_first) {
        rdl__sched_timer_armed();
    }
    return was_pending;
}

/* -- firing -- */

/* Its creator may be running, or gone: the new task knows what he knew when he armed the timer, and
 * that is in the key. */
static struct task *new_task(struct timer_func *f) {
    static const rdl_go_options none;
    struct task creator;
    rdl__arch_zero(&creator, sizeof(creator));
    creator.id = f->creator_id;
    struct task *t = rdl__task_new(&creator, &none, f->fn, f->arg, f->pc);
    rdl__emit_acquire(t->det, &f->key);
    return t;
}

/* Fires the head of the heap. Returns a task to ready once the lock is released, or NULL. The lock
 * is given up for those that need others, or memory; the last touch of t is that of n_firing. */
static struct task *fire(struct timer *t, int64_t now_ns) {
    struct task *task = t->task;
    remove_entry(t);
    if (t->kind == TIMER_WAKE || t->kind == TIMER_SELECT) {
        return t->kind == TIMER_WAKE || rdl__chan_claim(task, NULL) ? task : NULL;
    }
    atomic_fetch_add_explicit(&t->n_firing, 1, memory_order_relaxed); /* lock held */
    publish_next();
    rdl__lock_release(&timers->lock);
    task = t->kind == TIMER_CHAN ? rdl__timer_chan_fired((rdl_timer *)t, now_ns)
                                 : new_task((struct timer_func *)t);
    atomic_fetch_sub_explicit(&t->n_firing, 1, memory_order_release);
    rdl__lock_acquire(&timers->lock, RANK_TIMERS);
    return task;
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
        struct task *t = fire(timers->heap[0].timer, w->now_ns);
        if (t != NULL) {
            *end = t;
            end = &t->next;
        }
        any = true;
    }
    publish_next();
    *end = NULL;
    rdl__lock_release(&timers->lock);
    rdl__sched_ready_all(woken, false);
    return any;
}
