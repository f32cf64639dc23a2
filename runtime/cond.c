/* cond.c - rdl_cond: waiting for a condition under a lock.
 *
 * wait puts itself into the queue, unlocks, and parks; the queue's bit is held all the while and
 * given up when the task is off its stack. So a signal by whoever gets the lock next finds it, and
 * never too early [CV-01]:
 *
 *   wait                                   signal
 *   takes WORD_QUEUE, queues itself
 *   unlocks L
 *                                          locks L, changes the condition
 *                                          wants WORD_QUEUE: waits
 *   parks; gives the bit up
 *                                          takes the waiter out, readies it
 *
 * Who holds WORD_QUEUE of a cond may want that of L; nobody does it the other way round.
 *
 * Law   WAITERS is set exactly while the queue is not empty. A waiter leaves the queue once, by the
 *       signal or broadcast that wakes it; the queue is in order of arrival [CV-02, CV-03].
 * Edges none of its own, neither by signal nor by waking: those of L are all there is [HB-CV-01]. That one waits
 *       under L for what another says under it is told all the same: locks are ordered by it (detector/must.h).
 */
#include "runtime/crash.h"
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/sync.h"
#include "runtime/sync_word.h"
#include "runtime/text.h"

#define CALLER ((uintptr_t)__builtin_return_address(0))

enum cond_state {
    WAITERS = WORD_FIRST_FREE,
    OF_WRITER = WORD_FIRST_FREE << 1, /* the lock is an rwmutex, to be locked for writing */
    OF_READER = WORD_FIRST_FREE << 2  /* for reading; neither: a mutex */
};

static void init(rdl_cond *c, void *locker, uint64_t state, uintptr_t pc) {
    rdl__panic_check_handle(c, pc);
    rdl__panic_check_handle(locker, pc);
    *c = (rdl_cond){.rdl__locker = locker, .rdl__state = state};
}

void rdl_cond_init(rdl_cond *c, rdl_mutex *mu) {
    init(c, mu, 0, CALLER);
}

void rdl_cond_init_rw(rdl_cond *c, rdl_rwmutex *rw) {
    init(c, rw, OF_WRITER, CALLER);
}

void rdl_cond_init_r(rdl_cond *c, rdl_rwmutex *rw) {
    init(c, rw, OF_READER, CALLER);
}

/* The first use fixes the address [CV-06]. Relaxed: a word that says nothing of other data. */
static void check_address(rdl_cond *c, uintptr_t pc) {
    void *_Atomic *known = (void *_Atomic *)&c->rdl__self;
    void *self = atomic_load_explicit(known, memory_order_relaxed);
    if (self == NULL && atomic_compare_exchange_strong_explicit(
                            known, &self, (void *)c, memory_order_relaxed, memory_order_relaxed)) {
        return;
    }
    if (self != c) {
        rdl__panic_text(TEXT_COND_COPIED, pc);
    }
}

static void unlock(const rdl_cond *c, uint64_t state, struct task *self, uintptr_t pc) {
    if ((state & OF_READER) != 0) {
        rdl__rwmutex_runlock(c->rdl__locker, self, true, pc);
    } else if ((state & OF_WRITER) != 0) {
        rdl__rwmutex_unlock(c->rdl__locker, self, true, pc);
    } else {
        rdl__mutex_unlock(c->rdl__locker, self, true, pc);
    }
}

static void lock(void *locker, uint64_t state, struct task *self, uintptr_t pc) {
    if ((state & OF_READER) != 0) {
        rdl__rwmutex_rlock(locker, self, pc);
    } else if ((state & OF_WRITER) != 0) {
        rdl__rwmutex_lock(locker, self, pc);
    } else {
        rdl__mutex_lock(locker, self, pc);
    }
}

void rdl_cond_wait(rdl_cond *c) {
    struct task *self = rdl__task_self();
    _Atomic uint64_t *word = rdl__word(&c->rdl__state);
    const void *object = c;
    struct waiter w = {.task = self, .pc = CALLER};
    rdl__panic_check_handle(c, w.pc);
    void *locker = c->rdl__locker;
    if (locker == NULL) {
        rdl__crash_misuse(TEXT_COND_ZERO, w.pc);
    }
    check_address(c, w.pc);
    rdl__sched_check(self);
    uint64_t state = rdl__word_lock(word);
    rdl__word_push(&c->rdl__waiters, &w, false);
    unlock(c, state, self, w.pc);
    rdl__sched_wait_begin(self, EV_WAIT_COND, &object, 1, 0, w.pc);
    rdl__word_park(self, word, state | WAITERS);
    lock(locker, state, self, w.pc);
    rdl__emit_waited(self->det, locker);
}

/* Cost without waiters: three loads and the budget. */
static bool has_waiters(rdl_cond *c, uintptr_t pc) {
    struct task *self = rdl__task_self();
    rdl__panic_check_handle(c, pc);
    rdl__sched_check(self);
    check_address(c, pc);
    rdl__emit_signals(self->det);
    return (atomic_load_explicit(rdl__word(&c->rdl__state), memory_order_seq_cst) &
            (WAITERS | WORD_QUEUE)) != 0;
}

void rdl_cond_signal(rdl_cond *c) {
    if (!has_waiters(c, CALLER)) {
        return;
    }
    _Atomic uint64_t *word = rdl__word(&c->rdl__state);
    uint64_t state = rdl__word_lock(word);
    struct waiter *w = rdl__word_pop(&c->rdl__waiters);
    struct task *t = w != NULL ? w->task : NULL;
    if (c->rdl__waiters == NULL) {
        state &= ~(uint64_t)WAITERS;
    }
    rdl__word_unlock(word, state);
    if (t != NULL) {
        rdl__sched_ready(t);
    }
}

void rdl_cond_broadcast(rdl_cond *c) {
    if (!has_waiters(c, CALLER)) {
        return;
    }
    _Atomic uint64_t *word = rdl__word(&c->rdl__state);
    uint64_t n;
    uint64_t state = rdl__word_lock(word);
    struct task *woken = rdl__word_take_all(&c->rdl__waiters, NULL, &n);
    rdl__word_unlock(word, state & ~(uint64_t)WAITERS);
    rdl__sched_ready_all(woken, false); /* they run in the order of their waiting */
}
