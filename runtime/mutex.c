/* mutex.c - rdl_mutex: who gets a lock, in which order.
 *
 * Go's two modes. Normal: unlocking wakes the oldest waiter but does not give it the lock; whoever
 * runs already may win, which is fast. Starving: a waiter that was woken, lost, and has waited for
 * more than 1 ms switches the mode; from then on unlocking hands the lock to the oldest waiter, and
 * nobody else can win, until the queue is empty or its waits are short [MU-05, MU-06].
 *
 * Laws  STARVING implies LOCKED. WAITERS is set exactly while the queue is not empty. The queue is
 *       held only while LOCKED is set (so that the one who unlocks sees every waiter).
 */
#include "runtime/crash.h"
#include "runtime/sched.h"
#include "runtime/sync.h"
#include "runtime/sync_word.h"
#include "runtime/text.h"

#define CALLER      ((uintptr_t)__builtin_return_address(0))
#define STARVE_NS   1000000
#define SPIN_ROUNDS 4
#define PAUSES      30

enum mutex_state {
    LOCKED = WORD_FIRST_FREE,
    WOKEN = WORD_FIRST_FREE << 1, /* a waiter is on its way: unlocking need wake no other */
    STARVING = WORD_FIRST_FREE << 2,
    WAITERS = WORD_FIRST_FREE << 3
};

/* -- locking -- */

static bool try_lock(_Atomic uint32_t *word) {
    uint32_t now = atomic_load_explicit(word, memory_order_relaxed); /* the swap acquires */
    while ((now & LOCKED) == 0) {
        if (atomic_compare_exchange_weak_explicit(word, &now, now | LOCKED, memory_order_acquire,
                                                  memory_order_relaxed)) {
            return true;
        }
    }
    return false;
}

/* A woken waiter takes its WOKEN away, whether it wins or not. */
static bool try_lock_woken(_Atomic uint32_t *word) {
    uint32_t now = atomic_load_explicit(word, memory_order_relaxed); /* the swap acquires */
    while ((now & LOCKED) == 0) {
        if (atomic_compare_exchange_weak_explicit(word, &now, (now | LOCKED) & ~(uint32_t)WOKEN,
                                                  memory_order_acquire, memory_order_relaxed)) {
            return true;
        }
    }
    return false;
}

static bool spin(_Atomic uint32_t *word) {
    for (int round = 0; round < SPIN_ROUNDS; round++) {
        for (int i = 0; i < PAUSES; i++) {
            rdl__arch_pause();
        }
        if ((atomic_load_explicit(word, memory_order_relaxed) & LOCKED) == 0 && try_lock(word)) {
            return true;
        }
    }
    return false;
}

enum waited {
    NOT_QUEUED, /* the lock was free at that moment */
    TO_TRY,     /* woken, with WOKEN set on its behalf */
    HANDED_OVER /* woken as the owner */
};

static enum waited wait_once(struct task *self, rdl_mutex *mu, struct waiter *w, bool woken,
                             bool starving) {
    _Atomic uint32_t *word = rdl__word(&mu->rdl__state);
    const void *object = mu;
    uint32_t state;
    if (!rdl__word_lock_if(word, LOCKED, 0, &state)) {
        return NOT_QUEUED;
    }
    rdl__sched_wait_begin(self, EV_WAIT_MUTEX, &object, 1, 0, w->pc);
    rdl__word_push(&mu->rdl__waiters, w, woken); /* who has waited before goes to the front */
    state |= WAITERS;
    if (woken) {
        state &= ~(uint32_t)WOKEN;
    }
    if (starving) {
        state |= STARVING;
    }
    rdl__word_park(self, word, state);
    return w->ok ? HANDED_OVER : TO_TRY;
}

/* The new owner ends the starving mode when it was not starving itself, or nobody is left. */
static void end_starving(rdl_mutex *mu, int64_t since_ns) {
    _Atomic uint32_t *word = rdl__word(&mu->rdl__state);
    uint32_t now = atomic_load_explicit(word, memory_order_relaxed); /* only a hint */
    if ((now & STARVING) != 0 &&
        ((now & WAITERS) == 0 || rdl__sched_now() - since_ns < STARVE_NS)) {
        uint32_t state;
        if (rdl__word_lock_if(word, LOCKED, 0, &state)) {
            rdl__word_unlock(word, state & ~(uint32_t)STARVING);
        }
    }
}

__attribute__((noinline)) static void lock_slow(struct task *self, rdl_mutex *mu, uintptr_t pc) {
    _Atomic uint32_t *word = rdl__word(&mu->rdl__state);
    struct waiter w = {.task = self, .pc = pc};
    bool woken = false;
    bool starving = false;
    if (rdl__rt.cpus > 1 && spin(word)) {
        return;
    }
    int64_t since_ns = rdl__sched_now();
    while (!(woken ? try_lock_woken(word) : try_lock(word))) {
        starving = starving || (woken && rdl__sched_now() - since_ns > STARVE_NS);
        switch (wait_once(self, mu, &w, woken, starving)) {
        case NOT_QUEUED:
            break;
        case TO_TRY:
            woken = true;
            break;
        case HANDED_OVER:
            end_starving(mu, since_ns);
            return;
        }
    }
}

static void note_locked(struct task *self, rdl_mutex *mu, uint32_t mode, uintptr_t pc) {
    if (rdl__emit_on()) {
        rdl__emit_acquire(self->det, mu);
        rdl__emit_sync_access(self->det, mu, sizeof(*mu), EV_WRITE | EV_ATOMIC, pc);
        rdl__events->lock_acquired(self->det, (uintptr_t)mu, mode, pc);
    }
}

void rdl__mutex_lock(rdl_mutex *mu, struct task *self, uintptr_t pc) {
    if (!try_lock(rdl__word(&mu->rdl__state))) {
        lock_slow(self, mu, pc);
    }
    note_locked(self, mu, EV_LOCK_WRITE, pc);
}

/* -- unlocking -- */

/* Wakes the oldest waiter. False: somebody else changed the word first. */
static bool unlock_waking(rdl_mutex *mu) {
    _Atomic uint32_t *word = rdl__word(&mu->rdl__state);
    uint32_t state;
    if (!rdl__word_lock_if(word, LOCKED | WAITERS, 0, &state)) {
        return false;
    }
    struct waiter *w = rdl__word_pop(&mu->rdl__waiters);
    struct task *t = w->task;
    if (mu->rdl__waiters == NULL) {
        state &= ~(uint32_t)WAITERS;
    }
    w->ok = (state & STARVING) != 0;
    if (!w->ok) {
        state = (state & ~(uint32_t)LOCKED) | WOKEN;
    }
    rdl__word_unlock(word, state);
    rdl__sched_ready(t);
    return true;
}

void rdl__mutex_unlock(rdl_mutex *mu, struct task *self, uintptr_t pc) {
    _Atomic uint32_t *word = rdl__word(&mu->rdl__state);
    uint32_t now = atomic_load_explicit(word, memory_order_relaxed); /* the swap releases */
    if ((now & LOCKED) == 0) {
        rdl__crash_misuse(TEXT_UNLOCK_UNLOCKED, pc);
    }
    if (rdl__emit_on()) {
        rdl__emit_sync_access(self->det, mu, sizeof(*mu), EV_WRITE | EV_ATOMIC, pc);
        rdl__events->lock_released(self->det, (uintptr_t)mu, EV_LOCK_WRITE);
        rdl__emit_release_merge(self->det, mu);
    }
    for (;;) {
        bool must_wake = (now & WAITERS) != 0 && ((now & WOKEN) == 0 || (now & STARVING) != 0);
        if ((now & WORD_QUEUE) != 0 || must_wake) {
            uint32_t state;
            if (unlock_waking(mu)) {
                return;
            }
            /* No waiter yet: whoever holds the queue is about to add one, or a hint went away. */
            if (rdl__word_lock_if(word, LOCKED, WAITERS, &state)) {
                rdl__word_unlock(word, state & ~(uint32_t)(LOCKED | STARVING));
                return;
            }
            now = atomic_load_explicit(word, memory_order_relaxed); /* the swap releases */
        } else {
            uint32_t then = now & ~(uint32_t)((now & WAITERS) != 0 ? LOCKED : LOCKED | STARVING);
            if (atomic_compare_exchange_weak_explicit(word, &now, then, memory_order_release,
                                                      memory_order_relaxed)) {
                return;
            }
        }
    }
}

/* -- the calls of raddle.h -- */

void rdl_mutex_lock(rdl_mutex *mu) {
    struct task *self = rdl__task_self();
    rdl__sched_check(self);
    rdl__mutex_lock(mu, self, CALLER);
}

void rdl_mutex_unlock(rdl_mutex *mu) {
    rdl__mutex_unlock(mu, rdl__task_self(), CALLER);
}

bool rdl_mutex_trylock(rdl_mutex *mu) {
    struct task *self = rdl__task_self();
    uintptr_t pc = CALLER;
    rdl__sched_check(self);
    if (!try_lock(rdl__word(&mu->rdl__state))) {
        rdl__emit_sync_access(self->det, mu, sizeof(*mu), EV_WRITE | EV_ATOMIC, pc);
        return false;
    }
    note_locked(self, mu, EV_LOCK_WRITE | EV_LOCK_TRY, pc);
    return true;
}
