/* mutex.c - rdl_mutex: who gets a lock, in which order.
 *
 * Go's two modes. Normal: unlocking wakes the oldest waiter but does not give it the lock; whoever
 * runs already may win, which is fast. Starving: a waiter that was woken, lost, and has waited for
 * more than 1 ms switches the mode; from then on unlocking hands the lock to the oldest waiter and
 * lets it run at once, and nobody else can win, until the queue is empty or its waits are short
 * [MU-05, MU-06]. That the new owner runs at once is what ends the mode: a queue of a thousand goes
 * round within the millisecond then, and would stay a convoy for ever otherwise.
 *
 * Laws  STARVING implies LOCKED. WAITERS is set exactly while the queue is not empty; then LOCKED or
 *       WOKEN is set. The queue is held only while LOCKED is set (so that the one who unlocks sees
 *       every waiter).
 *       Beside a detector PLACE holds the mutex' own address while LOCKED is set, and else nothing (place.h): so a
 *       copy that was made meanwhile, or bytes that were moved, show where they come from [MU-10].
 */
#include "runtime/crash.h"
#include "runtime/panic.h"
#include "runtime/place.h"
#include "runtime/sched.h"
#include "runtime/sync.h"
#include "runtime/sync_word.h"
#include "runtime/text.h"

#define CALLER      ((uintptr_t)__builtin_return_address(0))
#define STARVE_NS   1000000
#define SPIN_ROUNDS 4

enum mutex_state {
    LOCKED = WORD_FIRST_FREE,
    WOKEN = WORD_FIRST_FREE << 1, /* a waiter is on its way: unlocking need wake no other */
    STARVING = WORD_FIRST_FREE << 2,
    WAITERS = WORD_FIRST_FREE << 3
};

#define PLACE_SHIFT 8 /* an address has 56 bits at most */
#define PLACE       (~(uint64_t)0 << PLACE_SHIFT)

/* What locking sets. */
static uint64_t locked_here(const rdl_mutex *mu) {
    return rdl__emit_on() ? (uint64_t)(uintptr_t)mu << PLACE_SHIFT | LOCKED : LOCKED;
}

/* A copy is told once: from then on it is where it is. But who has the queue alone changes the word. */
static void check_place(rdl_mutex *mu, struct task *self, enum ev_use use, uintptr_t pc) {
    const struct place_use u = {self, mu, EV_OBJECT_MUTEX, use, pc};
    _Atomic uint64_t *word = rdl__word(&mu->rdl__state);
    uint64_t now = atomic_load_explicit(word, memory_order_relaxed); /* says nothing of data */
    uint64_t here = (now & ~PLACE) | locked_here(mu);
    if ((now & LOCKED) == 0 || (now & PLACE) == 0 || now == here) {
        return;
    }
    rdl__place_tell(&u, (uintptr_t)(now >> PLACE_SHIFT), 0);
    if ((now & WORD_QUEUE) == 0) {
        (void)atomic_compare_exchange_strong_explicit(word, &now, here, memory_order_relaxed,
                                                      memory_order_relaxed);
    }
}

/* -- locking -- */

/* One lock call under way, that found the mutex taken. */
struct attempt {
    struct task *self;
    rdl_mutex *mu;
    _Atomic uint64_t *word;
    uintptr_t pc;
    bool woken;       /* it owns the WOKEN bit, which it takes away whether it wins or not */
    bool starving;    /* it has lost for longer than STARVE_NS */
    int64_t since_ns; /* of its first wait; 0: it has not waited yet */
};

static bool try_lock(_Atomic uint64_t *word, uint64_t set, uint64_t clear) {
    uint64_t now = atomic_load_explicit(word, memory_order_relaxed); /* the swap acquires */
    while ((now & LOCKED) == 0) {
        if (atomic_compare_exchange_weak_explicit(word, &now, (now | set) & ~clear,
                                                  memory_order_acquire, memory_order_relaxed)) {
            return true;
        }
    }
    return false;
}

static bool try_again(const struct attempt *a) {
    return try_lock(a->word, locked_here(a->mu), a->woken ? WOKEN : 0);
}

/* Who spins takes the place of the waiter that an unlock would wake. */
static void claim_woken(struct attempt *a) {
    uint64_t now = atomic_load_explicit(a->word, memory_order_relaxed); /* says nothing of data */
    if (!a->woken && (now & (WORD_QUEUE | WOKEN | LOCKED | WAITERS)) == (LOCKED | WAITERS)) {
        a->woken = atomic_compare_exchange_strong_explicit(
            a->word, &now, now | WOKEN, memory_order_relaxed, memory_order_relaxed);
    }
}

static bool is_starving(const struct attempt *a) {
    return (atomic_load_explicit(a->word, memory_order_relaxed) & STARVING) != 0; /* a guess */
}

static bool spin(struct attempt *a) {
    for (int round = 0; round < SPIN_ROUNDS && !is_starving(a) && rdl__word_may_spin(); round++) {
        claim_woken(a);
        rdl__word_spin();
        if (try_again(a)) {
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

static enum waited wait_once(struct attempt *a) {
    struct waiter w = {.task = a->self, .pc = a->pc};
    const void *object = a->mu;
    uint64_t state;
    if (!rdl__word_lock_if(a->word, LOCKED, 0, &state)) {
        return NOT_QUEUED;
    }
    rdl__sched_wait_begin(a->self, EV_WAIT_MUTEX, &object, 1, 0, a->pc);
    /* Who has waited before goes to the front. */
    rdl__word_push(&a->mu->rdl__waiters, &w, a->since_ns != 0);
    if (a->since_ns == 0) {
        a->since_ns = rdl__sched_now();
    }
    state &= ~(uint64_t)(a->woken ? WOKEN : 0);
    rdl__word_park(a->self, a->word, state | WAITERS | (a->starving ? STARVING : 0));
    return w.ok ? HANDED_OVER : TO_TRY;
}

/* The new owner ends the starving mode when it was not starving itself, or nobody is left. */
static void end_starving(const struct attempt *a) {
    uint64_t now = atomic_load_explicit(a->word, memory_order_relaxed); /* only a hint */
    uint64_t state;
    if ((now & STARVING) != 0 &&
        ((now & WAITERS) == 0 || rdl__sched_now() - a->since_ns < STARVE_NS) &&
        rdl__word_lock_if(a->word, LOCKED, 0, &state)) {
        rdl__word_unlock(a->word, state & ~(uint64_t)STARVING);
    }
}

__attribute__((noinline)) static void lock_slow(struct task *self, rdl_mutex *mu, uintptr_t pc) {
    struct attempt a = {.self = self, .mu = mu, .word = rdl__word(&mu->rdl__state), .pc = pc};
    while (!spin(&a) && !try_again(&a)) {
        a.starving = a.starving || (a.since_ns != 0 && rdl__sched_now() - a.since_ns > STARVE_NS);
        switch (wait_once(&a)) {
        case NOT_QUEUED:
            break;
        case TO_TRY:
            a.woken = true;
            break;
        case HANDED_OVER:
            end_starving(&a);
            return;
        }
    }
}

void rdl__mutex_lock(rdl_mutex *mu, struct task *self, uintptr_t pc) {
    if (rdl__emit_on()) {
        check_place(mu, self, EV_USE_LOCK, pc);
    }
    if (!try_lock(rdl__word(&mu->rdl__state), locked_here(mu), 0)) {
        lock_slow(self, mu, pc);
    }
    rdl__emit_taken(self->det, mu, NULL, EV_LOCK_WRITE, pc);
}

/* -- unlocking -- */

/* Wakes the oldest waiter. False: somebody else changed the word first. */
static bool unlock_waking(rdl_mutex *mu, struct task *self, bool parks_next) {
    _Atomic uint64_t *word = rdl__word(&mu->rdl__state);
    uint64_t state;
    if (!rdl__word_lock_if(word, LOCKED | WAITERS, 0, &state)) {
        return false;
    }
    bool starving = (state & STARVING) != 0;
    if (!starving && (state & WOKEN) != 0) {
        rdl__word_unlock(word, state & ~(LOCKED | PLACE));
        return true;
    }
    struct waiter *w = rdl__word_pop(&mu->rdl__waiters);
    struct task *t = w->task;
    if (mu->rdl__waiters == NULL) {
        state &= ~(uint64_t)WAITERS;
    }
    w->ok = starving;
    rdl__word_unlock(word, starving ? state : (state & ~(LOCKED | PLACE)) | WOKEN);
    if (starving && !parks_next) {
        rdl__sched_hand_over(self, t);
    } else {
        rdl__sched_ready(t);
    }
    return true;
}

static void unlock_slow(rdl_mutex *mu, struct task *self, bool parks_next) {
    _Atomic uint64_t *word = rdl__word(&mu->rdl__state);
    uint64_t now = atomic_load_explicit(word, memory_order_relaxed); /* the swap releases */
    for (;;) {
        bool must_wake = (now & WAITERS) != 0 && ((now & WOKEN) == 0 || (now & STARVING) != 0);
        if ((now & WORD_QUEUE) != 0 || must_wake) {
            uint64_t state;
            if (unlock_waking(mu, self, parks_next)) {
                return;
            }
            /* No waiter yet: whoever holds the queue is about to add one, or a hint went away. */
            if (rdl__word_lock_if(word, LOCKED, WAITERS, &state)) {
                rdl__word_unlock(word, state & ~(LOCKED | STARVING | PLACE));
                return;
            }
            now = atomic_load_explicit(word, memory_order_relaxed); /* the swap releases */
        } else {
            uint64_t then = now & ~(PLACE | ((now & WAITERS) != 0 ? LOCKED : LOCKED | STARVING));
            if (atomic_compare_exchange_weak_explicit(word, &now, then, memory_order_release,
                                                      memory_order_relaxed)) {
                return;
            }
        }
    }
}

void rdl__mutex_unlock(rdl_mutex *mu, struct task *self, bool waits, uintptr_t pc) {
    _Atomic uint64_t *word = rdl__word(&mu->rdl__state);
    uint64_t now = atomic_load_explicit(word, memory_order_relaxed); /* the swap releases */
    if ((now & LOCKED) == 0) {
        rdl__crash_misuse(TEXT_UNLOCK_UNLOCKED, pc);
    }
    if (rdl__emit_on()) {
        check_place(mu, self, EV_USE_UNLOCK, pc);
    }
    rdl__emit_leaving(self->det, mu, NULL, waits ? EV_LOCK_WRITE | EV_LOCK_WAITS : EV_LOCK_WRITE,
                      pc);
    unlock_slow(mu, self, waits);
}

/* -- the calls of raddle.h -- */

__attribute__((noinline)) static void lock_checked(rdl_mutex *mu, uintptr_t pc) {
    struct task *self = rdl__task_self();
    rdl__panic_check_handle(mu, pc);
    rdl__sched_check(self);
    rdl__mutex_lock(mu, self, pc);
}

__attribute__((noinline)) static void unlock_checked(rdl_mutex *mu, uintptr_t pc) {
    rdl__panic_check_handle(mu, pc);
    rdl__mutex_unlock(mu, rdl__task_self(), false, pc);
}

/* Cost, uncontended: one compare-and-swap [MU-11]; a load and a store of the budget, five branches.
 * A thread that makes its first call has no budget and goes the other way. */
void rdl_mutex_lock(rdl_mutex *mu) {
    uint64_t unlocked = 0;
    if (__builtin_expect(rdl__emit_on() || mu == NULL || !rdl__sched_tick() ||
                             !atomic_compare_exchange_strong_explicit(
                                 rdl__word(&mu->rdl__state), &unlocked, LOCKED,
                                 memory_order_acquire, memory_order_relaxed),
                         0)) {
        lock_checked(mu, CALLER);
    }
}

/* Cost, uncontended: one compare-and-swap, three branches. */
void rdl_mutex_unlock(rdl_mutex *mu) {
    uint64_t only_locked = LOCKED;
    if (__builtin_expect(rdl__emit_on() || mu == NULL ||
                             !atomic_compare_exchange_strong_explicit(
                                 rdl__word(&mu->rdl__state), &only_locked, 0, memory_order_release,
                                 memory_order_relaxed),
                         0)) {
        unlock_checked(mu, CALLER);
    }
}

__attribute__((noinline)) static bool try_watched(rdl_mutex *mu, struct task *self, uintptr_t pc) {
    check_place(mu, self, EV_USE_LOCK, pc);
    if (!try_lock(rdl__word(&mu->rdl__state), locked_here(mu), 0)) {
        rdl__emit_sync_access(self->det, mu, EMIT_LOCK_BYTES, EV_WRITE | EV_ATOMIC, pc);
        return false;
    }
    rdl__emit_taken(self->det, mu, NULL, EV_LOCK_WRITE | EV_LOCK_TRY, pc);
    return true;
}

bool rdl_mutex_trylock(rdl_mutex *mu) {
    struct task *self = rdl__task_self();
    uintptr_t pc = CALLER;
    rdl__panic_check_handle(mu, pc);
    rdl__sched_check(self);
    return rdl__emit_on() ? try_watched(mu, self, pc)
                          : try_lock(rdl__word(&mu->rdl__state), LOCKED, 0);
}
