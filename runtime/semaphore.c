/* semaphore.c - rdl_semaphore: a number of units, handed out strictly in order.
 *
 * The units held lie above the flags in the one word: without waiters acquire and release are one
 * compare-and-swap each. Otherwise a release grants from the front and stops at the first waiter
 * that does not fit, so that a large one is not overtaken [SM-01].
 *
 * A waiter with a context waits for two things, like a select: for a grant, in our queue, and for
 * the end of the context, in the queue of its done channel. Whoever claims the task (task.h) decides:
 *
 *   release                                cancel
 *   takes the waiter out of our queue      closes the done channel, takes its waiter out
 *   claims: wins                           claims: loses, drops it
 *   counts its units, readies it
 *                                          the task takes its waiter out of the channel, if need be
 *
 * Law   WAITERS is set exactly while the queue is not empty. Who lost its claim to a cancel takes
 *       WORD_QUEUE once more before it returns, so waiters in the queue can always be looked at.
 * Edges release to every later acquire [HB-SM-01]: who grants acquires for the waiter.
 */
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/sync_word.h"
#include "runtime/text.h"

#define CALLER    ((uintptr_t)__builtin_return_address(0))
#define MOST      (INT64_MAX >> 4) /* units there can be */
#define HOOK_SPIN 100              /* tries before the thread is given up */

enum semaphore_state { WAITERS = WORD_FIRST_FREE, ONE = WORD_FIRST_FREE << 1 /* unit held */ };

struct claimant {
    struct waiter w; /* first: of our queue */
    struct waiter on_done;
    uint64_t n;
    bool is_out; /* of our queue, though its claim was lost */
};

static uint64_t size_of(const rdl_semaphore *s) {
    int64_t size = s->rdl__size > MOST ? MOST : s->rdl__size;
    return size < 0 ? 0 : (uint64_t)size;
}

static bool fits(const rdl_semaphore *s, uint64_t state, uint64_t n) {
    return n <= size_of(s) && state / ONE <= size_of(s) - n;
}

static uint64_t units(int64_t n, uintptr_t pc) {
    if (n < 0) {
        rdl__panic_text(TEXT_SEM_UNITS, pc);
    }
    return (uint64_t)n;
}

void rdl_semaphore_init(rdl_semaphore *s, int64_t n) {
    rdl__panic_check_handle(s, CALLER);
    *s = (rdl_semaphore){.rdl__size = n};
}

/* -- taking and giving back without waiters -- */

/* Cost: a load and a compare-and-swap. */
static inline bool take_at_once(rdl_semaphore *s, uint64_t n) {
    _Atomic uint64_t *word = rdl__word(&s->rdl__state);
    uint64_t now = atomic_load_explicit(word, memory_order_relaxed); /* the swap acquires */
    do {
        if ((now & (ONE - 1)) != 0 || !fits(s, now, n)) {
            return false;
        }
    } while (!atomic_compare_exchange_weak_explicit(word, &now, now + n * ONE, memory_order_acquire,
                                                    memory_order_relaxed));
    return true;
}

/* Cost: a load and a compare-and-swap. */
static inline bool give_at_once(rdl_semaphore *s, uint64_t n) {
    _Atomic uint64_t *word = rdl__word(&s->rdl__state);
    uint64_t now = atomic_load_explicit(word, memory_order_relaxed); /* the swap releases */
    do {
        if ((now & (ONE - 1)) != 0 || now / ONE < n) {
            return false;
        }
    } while (!atomic_compare_exchange_weak_explicit(word, &now, now - n * ONE, memory_order_release,
                                                    memory_order_relaxed));
    return true;
}

/* -- granting -- */

/* Serves waiters from the front, as far as units go. Returns whom to ready; queue held. */
static struct task *grant(rdl_semaphore *s, uint64_t *state) {
    struct task *first = NULL;
    struct task **end = &first;
    for (;;) {
        struct claimant *c = (struct claimant *)rdl__word_first(s->rdl__waiters);
        if (c == NULL || !fits(s, *state, c->n)) {
            break;
        }
        (void)rdl__word_pop(&s->rdl__waiters);
        if (c->w.in_select && !rdl__chan_claim(c->w.task, NULL)) {
            c->is_out = true;
            continue;
        }
        *state += c->n * ONE;
        rdl__emit_acquire(c->w.task->det, s);
        *end = c->w.task;
        end = &c->w.task->next;
    }
    *end = NULL;
    *state = s->rdl__waiters == NULL ? *state & ~(uint64_t)WAITERS : *state | WAITERS;
    return first;
}

/* False: so many are not held. */
static bool give(rdl_semaphore *s, uint64_t n) {
    _Atomic uint64_t *word = rdl__word(&s->rdl__state);
    if (give_at_once(s, n)) {
        return true;
    }
    uint64_t state = rdl__word_lock(word);
    if (state / ONE < n) {
        rdl__word_unlock(word, state);
        return false;
    }
    state -= n * ONE;
    struct task *woken = grant(s, &state);
    rdl__word_unlock(word, state);
    rdl__sched_ready_all(woken, false); /* they run in the order of their waiting */
    return true;
}

void rdl_semaphore_release(rdl_semaphore *s, int64_t n) {
    uintptr_t pc = CALLER;
    uint64_t n_units = units(n, pc);
    rdl__panic_check_handle(s, pc);
    if (rdl__emit_on()) {
        rdl__emit_release_merge(rdl__task_self()->det, s);
    }
    if (!give(s, n_units)) {
        rdl__panic_text(TEXT_SEM_RELEASE, pc);
    }
}

/* -- waiting -- */

struct both {
    _Atomic uint64_t *word;
    uint64_t state;
    rdl_chan *done;
};

/* The channel first: as long as ours is held, the task cannot return, and the channel stays. */
static void commit_both(struct task *t, void *arg) {
    struct both b = *(const struct both *)arg;
    (void)t;
    rdl__chan_parked(b.done);
    rdl__lock_release(&b.done->lock);
    rdl__word_unlock(b.word, b.state);
}

/* Takes the waiter out of the done channel, unless that has happened; the order of the two locks is
 * explained in select.c. */
static void leave_done(struct task *self, struct waiter *w) {
    bool left = false;
    for (unsigned tries = 1; !left; tries++) {
        rdl__lock_acquire(&self->link_lock, RANK_LINK);
        rdl_chan *done = w->chan;
        left = done == NULL;
        if (!left && rdl__lock_try(&done->lock)) {
            rdl__chan_dequeue(done, w);
            w->chan = NULL;
            rdl__lock_release(&done->lock);
            left = true;
        }
        rdl__lock_release(&self->link_lock);
        if (!left && tries % HOOK_SPIN == 0) {
            rdl__os_yield_thread();
        }
    }
}

/* The context has ended first: those behind may go on [SM-02]. */
static void leave_queue(rdl_semaphore *s, struct claimant *c) {
    _Atomic uint64_t *word = rdl__word(&s->rdl__state);
    uint64_t state = rdl__word_lock(word);
    if (!c->is_out) {
        rdl__word_remove(&s->rdl__waiters, &c->w);
    }
    struct task *woken = grant(s, &state);
    rdl__word_unlock(word, state);
    rdl__sched_ready_all(woken, false);
}

/* Queue held; c is in it. True: granted, false: the context has ended. */
static bool park_for_both(rdl_semaphore *s, struct claimant *c, rdl_chan *done, uint64_t state) {
    struct task *self = c->w.task;
    struct both b = {.word = rdl__word(&s->rdl__state), .state = state | WAITERS, .done = done};
    const void *objects[] = {s, done};
    rdl__lock_acquire(&done->lock, RANK_CHAN);
    if (atomic_load_explicit(&done->closed, memory_order_acquire)) {
        rdl__lock_release(&done->lock);
        rdl__word_unlock(b.word, b.state);
        leave_queue(s, c);
        return false;
    }
    atomic_store_explicit(&self->claim, CLAIM_OPEN, memory_order_release);
    rdl__sched_wait_begin_by_time(self, EV_WAIT_SEMAPHORE, objects, 2, 0, rdl__chan_by_time(done),
                                  c->w.pc);
    c->on_done = (struct waiter){.task = self, .pc = c->w.pc, .in_select = true};
    rdl__chan_enqueue(done, &c->on_done);
    rdl__sched_park(self, commit_both, &b);
    bool granted = self->woken_by == NULL;
    if (granted) {
        leave_done(self, &c->on_done);
    } else {
        leave_queue(s, c);
    }
    atomic_store_explicit(&self->claim, CLAIM_NONE, memory_order_release);
    return granted;
}

/* False: the context has ended. done NULL: there is none. */
static bool take_slow(struct task *self, rdl_semaphore *s, uint64_t n, rdl_chan *done,
                      uintptr_t pc) {
    _Atomic uint64_t *word = rdl__word(&s->rdl__state);
    struct claimant c = {.w = {.task = self, .pc = pc, .in_select = done != NULL}, .n = n};
    const void *object = s;
    uint64_t state = rdl__word_lock(word);
    if ((state & WAITERS) == 0 && fits(s, state, n)) {
        rdl__word_unlock(word, state + n * ONE);
        rdl__emit_acquire(self->det, s);
        return true;
    }
    rdl__word_push(&s->rdl__waiters, &c.w, false);
    if (done != NULL) {
        return park_for_both(s, &c, done, state);
    }
    rdl__sched_wait_begin(self, EV_WAIT_SEMAPHORE, &object, 1, 0, pc);
    rdl__word_park(self, word, state | WAITERS);
    return true;
}

static void commit_done(struct task *t, void *done) {
    (void)t;
    rdl__chan_parked(done);
    rdl__lock_release(&((rdl_chan *)done)->lock);
}

/* More than there is: nobody waits behind [SM-03]. Returns when the context has ended. */
static void wait_for_end(struct task *self, rdl_semaphore *s, rdl_chan *done, uintptr_t pc) {
    const void *objects[] = {s, done};
    struct waiter w = {.task = self, .pc = pc};
    if (done == NULL) {
        for (;;) {
            rdl__sched_wait_begin(self, EV_WAIT_SEMAPHORE, objects, 1, 0, pc);
            rdl__sched_park(self, NULL, NULL);
        }
    }
    rdl__lock_acquire(&done->lock, RANK_CHAN);
    if (atomic_load_explicit(&done->closed, memory_order_acquire)) {
        rdl__lock_release(&done->lock);
        return;
    }
    rdl__sched_wait_begin(self, EV_WAIT_SEMAPHORE, objects, 2, 0, pc);
    rdl__chan_enqueue(done, &w);
    rdl__sched_park(self, commit_done, done);
}

int rdl_semaphore_acquire(rdl_semaphore *s, int64_t n, rdl_ctx *ctx) {
    struct task *self = rdl__task_self();
    uintptr_t pc = CALLER;
    uint64_t n_units = units(n, pc);
    rdl__panic_check_handle(s, pc);
    int err = ctx != NULL ? rdl_ctx_err(ctx) : 0;
    rdl__sched_check(self);
    if (err != 0) {
        return err;
    }
    if (take_at_once(s, n_units)) {
        rdl__emit_acquire(self->det, s);
        return 0;
    }
    rdl_chan *done = ctx != NULL ? rdl_ctx_done(ctx) : NULL;
    if (n_units > size_of(s)) {
        wait_for_end(self, s, done, pc);
        return rdl_ctx_err(ctx);
    }
    bool granted = take_slow(self, s, n_units, done, pc);
    err = done != NULL ? rdl_ctx_err(ctx) : 0;
    if (granted && err != 0) {
        (void)give(s, n_units); /* both at once: the context has precedence [SM-02] */
    }
    return err;
}

bool rdl_semaphore_tryacquire(rdl_semaphore *s, int64_t n) {
    struct task *self = rdl__task_self();
    uint64_t n_units = units(n, CALLER);
    rdl__panic_check_handle(s, CALLER);
    _Atomic uint64_t *word = rdl__word(&s->rdl__state);
    rdl__sched_check(self);
    bool taken = take_at_once(s, n_units);
    if (!taken && fits(s, 0, n_units)) {
        uint64_t state = rdl__word_lock(word);
        taken = (state & WAITERS) == 0 && fits(s, state, n_units);
        rdl__word_unlock(word, taken ? state + n_units * ONE : state);
    }
    if (taken) {
        rdl__emit_acquire(self->det, s);
    }
    return taken;
}
