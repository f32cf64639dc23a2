/* rwmutex.c - rdl_rwmutex: many readers or one writer.
 *
 * One word says who is inside and who waits; the number of readers lies above the flags, so that
 * rlock and runlock are one compare-and-swap each. Turns:
 *
 *   - one writer at a time has the claim: it is inside (WRITER), or waits for the readers inside to
 *     leave (PENDING). Either keeps new readers out [RW-02]. The last reader lets the writer in.
 *   - a writer that leaves lets all readers in that queued meanwhile [RW-03] and gives the claim up.
 *   - for the claim writers contend as for a mutex: who leaves wakes the oldest, and any running
 *     writer may win, unless one starves; then the claim is handed to the oldest [RW-09, MU-06]. A
 *     writer without the claim keeps nobody out: else every write of a busy program would drain
 *     all readers twice, 65 ns an operation instead of 13 with two workers (rwmutex_w10).
 *
 * Laws  WRITER excludes readers and PENDING. PENDING is set exactly while rdl__pending waits; then
 *       readers are inside. WRITERS and READERS are set exactly while their queue is not empty.
 *       READERS and STARVING imply the claim, WRITERS implies the claim or WOKEN.
 * Keys  the detector knows two clocks: the object's address is that of the writers, the address of
 *       rdl__readers that of the readers, who know nothing of each other [HB-RW-01, HB-RW-02].
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

enum rwmutex_state {
    WRITER = WORD_FIRST_FREE,
    PENDING = WORD_FIRST_FREE << 1,
    WOKEN = WORD_FIRST_FREE << 2,    /* a writer is on its way: unlocking need wake no other */
    STARVING = WORD_FIRST_FREE << 3, /* a writer has lost for too long: no other may win */
    WRITERS = WORD_FIRST_FREE << 4,
    READERS = WORD_FIRST_FREE << 5,
    ONE_READER = WORD_FIRST_FREE << 6, /* the number of readers inside: 56 bits */
    CLAIMED = WRITER | PENDING
};

/* -- what the detector is told -- */

static void note_access(struct task *self, rdl_rwmutex *rw, uintptr_t pc) {
    rdl__emit_sync_access(self->det, rw, EMIT_LOCK_BYTES, EV_WRITE | EV_ATOMIC, pc); /* [RP-08] */
}

/* Whether this is a copy that was made while somebody was inside [MU-10]. */
static void check_place(rdl_rwmutex *rw, struct task *self, enum ev_use use, uintptr_t pc) {
    const struct place_use u = {self, rw, EV_OBJECT_RWMUTEX, use, pc};
    _Atomic uint64_t *word = rdl__word(&rw->rdl__state);
    uint64_t now = atomic_load_explicit(word, memory_order_acquire);
    if (rdl__place_check(&u, &rw->rdl__self, (now & WRITER) != 0 || now >= ONE_READER)) {
        /* Changes nothing: the swap that brings it into use follows, and goes on with the release. */
        atomic_fetch_add_explicit(word, 0, memory_order_release);
    }
}

static void note_locked(struct task *self, rdl_rwmutex *rw, uint32_t mode, uintptr_t pc) {
    rdl__emit_taken(self->det, rw, &rw->rdl__readers, mode | EV_LOCK_SHARED | EV_LOCK_WRITERS_FIRST,
                    pc);
}

static void note_released(struct task *self, rdl_rwmutex *rw, uint32_t mode, uintptr_t pc) {
    rdl__emit_leaving(self->det, rw, &rw->rdl__readers, mode, pc);
}

/* -- readers -- */

/* Cost: a load and a compare-and-swap. */
static inline bool enter_at_once(rdl_rwmutex *rw) {
    _Atomic uint64_t *word = rdl__word(&rw->rdl__state);
    uint64_t now = atomic_load_explicit(word, memory_order_relaxed); /* the swap acquires */
    do {
        if ((now & (WORD_QUEUE | CLAIMED)) != 0) {
            return false;
        }
    } while (!atomic_compare_exchange_weak_explicit(word, &now, now + ONE_READER,
                                                    memory_order_acquire, memory_order_relaxed));
    return true;
}

/* Parks until a writer that leaves has counted the caller in, unless nothing keeps it out. */
__attribute__((noinline)) static void enter_slow(struct task *self, rdl_rwmutex *rw, uintptr_t pc) {
    _Atomic uint64_t *word = rdl__word(&rw->rdl__state);
    const void *object = rw;
    uint64_t state = rdl__word_lock(word);
    if ((state & CLAIMED) == 0) {
        rdl__word_unlock(word, state + ONE_READER);
        return;
    }
    struct waiter w = {.task = self, .pc = pc};
    rdl__sched_wait_begin(self, EV_WAIT_RWMUTEX_READ, &object, 1, 0, pc);
    rdl__word_push(&rw->rdl__readers, &w, false);
    rdl__word_park(self, word, state | READERS);
}

void rdl__rwmutex_rlock(rdl_rwmutex *rw, struct task *self, uintptr_t pc) {
    if (rdl__emit_on()) {
        check_place(rw, self, EV_USE_LOCK, pc);
    }
    if (!enter_at_once(rw)) {
        enter_slow(self, rw, pc);
    }
    note_locked(self, rw, EV_LOCK_READ, pc);
}

/* Whether the reader that leaves state is the one that the pending writer waits for. */
static inline bool lets_writer_in(uint64_t state) {
    return state < 2 * ONE_READER && (state & PENDING) != 0;
}

/* Cost: a load and a compare-and-swap. */
static inline bool leave_at_once(rdl_rwmutex *rw) {
    _Atomic uint64_t *word = rdl__word(&rw->rdl__state);
    uint64_t now = atomic_load_explicit(word, memory_order_relaxed); /* the swap releases */
    do {
        if (now < ONE_READER || (now & WORD_QUEUE) != 0 || lets_writer_in(now)) {
            return false;
        }
    } while (!atomic_compare_exchange_weak_explicit(word, &now, now - ONE_READER,
                                                    memory_order_release, memory_order_relaxed));
    return true;
}

static void leave_slow(rdl_rwmutex *rw) {
    _Atomic uint64_t *word = rdl__word(&rw->rdl__state);
    uint64_t state = rdl__word_lock(word);
    struct task *t = NULL;
    if (lets_writer_in(state)) {
        struct waiter *w = rw->rdl__pending;
        rw->rdl__pending = NULL;
        w->ok = true;
        t = w->task;
        state = (state & ~(uint64_t)PENDING) | WRITER;
    }
    rdl__word_unlock(word, state - ONE_READER);
    if (t != NULL) {
        rdl__sched_ready(t);
    }
}

void rdl__rwmutex_runlock(rdl_rwmutex *rw, struct task *self, bool waits, uintptr_t pc) {
    _Atomic uint64_t *word = rdl__word(&rw->rdl__state);
    if (atomic_load_explicit(word, memory_order_relaxed) < ONE_READER) { /* ours is in it */
        rdl__crash_misuse(TEXT_RW_RUNLOCK, pc);
    }
    if (rdl__emit_on()) {
        check_place(rw, self, EV_USE_UNLOCK, pc);
    }
    note_released(self, rw, waits ? EV_LOCK_READ | EV_LOCK_WAITS : EV_LOCK_READ, pc);
    if (!leave_at_once(rw)) {
        leave_slow(rw);
    }
}

/* -- writers: locking -- */

/* One lock call under way, that found the rwmutex taken; as in mutex.c. */
struct attempt {
    struct task *self;
    rdl_rwmutex *rw;
    _Atomic uint64_t *word;
    uintptr_t pc;
    bool woken;       /* it owns the WOKEN bit */
    bool starving;    /* it has lost for longer than STARVE_NS */
    int64_t since_ns; /* of its first wait; 0: it has not waited yet */
};

static bool try_lock(_Atomic uint64_t *word, uint64_t refuse, uint64_t clear) {
    uint64_t now = atomic_load_explicit(word, memory_order_relaxed); /* the swap acquires */
    while (now < ONE_READER && (now & (WORD_QUEUE | CLAIMED | refuse)) == 0) {
        if (atomic_compare_exchange_weak_explicit(word, &now, (now | WRITER) & ~clear,
                                                  memory_order_acquire, memory_order_relaxed)) {
            return true;
        }
    }
    return false;
}

static bool try_again(const struct attempt *a) {
    return try_lock(a->word, 0, a->woken ? WOKEN : 0);
}

/* Who spins takes the place of the writer that an unlock would wake. */
static void claim_woken(struct attempt *a) {
    uint64_t now = atomic_load_explicit(a->word, memory_order_relaxed); /* says nothing of data */
    if (!a->woken && (now & (WORD_QUEUE | WOKEN | WRITER | WRITERS)) == (WRITER | WRITERS)) {
        a->woken = atomic_compare_exchange_strong_explicit(
            a->word, &now, now | WOKEN, memory_order_relaxed, memory_order_relaxed);
    }
}

/* Only for the claim: a writer that could have it does not wait for readers without it. */
static bool spin(struct attempt *a) {
    for (int round = 0; round < SPIN_ROUNDS && rdl__word_may_spin(); round++) {
        uint64_t now = atomic_load_explicit(a->word, memory_order_relaxed); /* a guess */
        if ((now & (WRITER | STARVING)) != WRITER) {
            return false;
        }
        claim_woken(a);
        rdl__word_spin();
        if (try_again(a)) {
            return true;
        }
    }
    return false;
}

/* Goes in, or waits: for the readers inside, with the claim, or for the claim. True: the caller is
 * inside; else it was woken to try, with WOKEN set on its behalf. */
static bool wait_once(struct attempt *a) {
    struct waiter w = {.task = a->self, .pc = a->pc};
    const void *object = a->rw;
    uint64_t state = rdl__word_lock(a->word);
    state &= ~(uint64_t)(a->woken ? WOKEN : 0);
    if ((state & CLAIMED) == 0 && state < ONE_READER) {
        rdl__word_unlock(a->word, state | WRITER);
        return true;
    }
    rdl__sched_wait_begin(a->self, EV_WAIT_RWMUTEX_WRITE, &object, 1, 0, a->pc);
    if ((state & CLAIMED) == 0) {
        a->rw->rdl__pending = &w;
        state |= PENDING;
    } else {
        rdl__word_push(&a->rw->rdl__writers, &w, a->since_ns != 0);
        state |= WRITERS | (a->starving ? STARVING : 0);
    }
    if (a->since_ns == 0) {
        a->since_ns = rdl__sched_now();
    }
    rdl__word_park(a->self, a->word, state);
    return w.ok;
}

/* The new owner ends the starving mode when it was not starving itself, or nobody is left. */
static void end_starving(const struct attempt *a) {
    uint64_t now = atomic_load_explicit(a->word, memory_order_relaxed); /* only a hint */
    if ((now & STARVING) != 0 &&
        ((now & WRITERS) == 0 || rdl__sched_now() - a->since_ns < STARVE_NS)) {
        uint64_t state = rdl__word_lock(a->word);
        rdl__word_unlock(a->word, state & ~(uint64_t)STARVING);
    }
}

__attribute__((noinline)) static void lock_slow(struct task *self, rdl_rwmutex *rw, uintptr_t pc) {
    struct attempt a = {.self = self, .rw = rw, .word = rdl__word(&rw->rdl__state), .pc = pc};
    while (!spin(&a) && !try_again(&a)) {
        a.starving = a.starving || (a.since_ns != 0 && rdl__sched_now() - a.since_ns > STARVE_NS);
        if (wait_once(&a)) {
            end_starving(&a);
            return;
        }
        a.woken = true;
    }
}

void rdl__rwmutex_lock(rdl_rwmutex *rw, struct task *self, uintptr_t pc) {
    if (rdl__emit_on()) {
        check_place(rw, self, EV_USE_LOCK, pc);
    }
    if (!try_lock(rdl__word(&rw->rdl__state), 0, 0)) {
        lock_slow(self, rw, pc);
    }
    note_locked(self, rw, EV_LOCK_WRITE, pc);
}

/* -- writers: unlocking -- */

/* What becomes of the claim when its owner leaves: *state says it. Returns a writer to wake, or
 * NULL. */
static struct waiter *pass_claim(rdl_rwmutex *rw, uint64_t *state) {
    bool starving = (*state & STARVING) != 0;
    *state &= ~(uint64_t)WRITER;
    if ((*state & WRITERS) == 0 || ((*state & WOKEN) != 0 && !starving)) {
        return NULL;
    }
    struct waiter *w = rdl__word_pop(&rw->rdl__writers);
    *state &= ~(uint64_t)(rw->rdl__writers == NULL ? WRITERS : 0);
    w->ok = starving;
    if (!starving) {
        *state |= WOKEN;
    } else if (*state >= ONE_READER) {
        *state |= PENDING;
        rw->rdl__pending = w;
        return NULL;
    } else {
        *state |= WRITER;
    }
    return w;
}

static void unlock_slow(rdl_rwmutex *rw, struct task *self, bool parks_next) {
    _Atomic uint64_t *word = rdl__word(&rw->rdl__state);
    uint64_t n_readers;
    uint64_t state = rdl__word_lock(word);
    state &= ~(uint64_t)((state & WRITERS) == 0 ? STARVING : 0);
    struct task *readers = rdl__word_take_all(&rw->rdl__readers, NULL, &n_readers);
    state = (state & ~(uint64_t)READERS) + n_readers * ONE_READER;
    struct waiter *w = pass_claim(rw, &state);
    struct task *writer = w != NULL ? w->task : NULL;
    rdl__word_unlock(word, state);
    rdl__sched_ready_all(readers, true);
    if (writer != NULL && (state & WRITER) != 0 && !parks_next) {
        rdl__sched_hand_over(self, writer);
    } else if (writer != NULL) {
        rdl__sched_ready(writer);
    }
}

/* Cost: a load and a compare-and-swap. */
static inline bool unlock_at_once(rdl_rwmutex *rw) {
    _Atomic uint64_t *word = rdl__word(&rw->rdl__state);
    uint64_t now = atomic_load_explicit(word, memory_order_relaxed); /* the swap releases */
    do {
        if ((now & WRITER) == 0 || (now & (WORD_QUEUE | READERS | STARVING)) != 0 ||
            (now & (WRITERS | WOKEN)) == WRITERS) {
            return false;
        }
    } while (!atomic_compare_exchange_weak_explicit(word, &now, now - WRITER, memory_order_release,
                                                    memory_order_relaxed));
    return true;
}

void rdl__rwmutex_unlock(rdl_rwmutex *rw, struct task *self, bool waits, uintptr_t pc) {
    uint64_t now = atomic_load_explicit(rdl__word(&rw->rdl__state), memory_order_relaxed);
    if ((now & WRITER) == 0) { /* relaxed: the caller's own lock is in it */
        rdl__crash_misuse(TEXT_RW_UNLOCK, pc);
    }
    if (rdl__emit_on()) {
        check_place(rw, self, EV_USE_UNLOCK, pc);
    }
    note_released(self, rw, waits ? EV_LOCK_WRITE | EV_LOCK_WAITS : EV_LOCK_WRITE, pc);
    if (!unlock_at_once(rw)) {
        unlock_slow(rw, self, waits);
    }
}

/* -- the calls of raddle.h; each fast path is one compare-and-swap and needs no frame -- */

__attribute__((noinline)) static void lock_checked(rdl_rwmutex *rw, uintptr_t pc) {
    struct task *self = rdl__task_self();
    rdl__panic_check_handle(rw, pc);
    rdl__sched_check(self);
    rdl__rwmutex_lock(rw, self, pc);
}

__attribute__((noinline)) static void unlock_checked(rdl_rwmutex *rw, uintptr_t pc) {
    rdl__panic_check_handle(rw, pc);
    rdl__rwmutex_unlock(rw, rdl__task_self(), false, pc);
}

__attribute__((noinline)) static void rlock_checked(rdl_rwmutex *rw, uintptr_t pc) {
    struct task *self = rdl__task_self();
    rdl__panic_check_handle(rw, pc);
    rdl__sched_check(self);
    rdl__rwmutex_rlock(rw, self, pc);
}

__attribute__((noinline)) static void runlock_checked(rdl_rwmutex *rw, uintptr_t pc) {
    rdl__panic_check_handle(rw, pc);
    rdl__rwmutex_runlock(rw, rdl__task_self(), false, pc);
}

void rdl_rwmutex_lock(rdl_rwmutex *rw) {
    uint64_t unlocked = 0;
    if (rdl__emit_on() || rw == NULL || !rdl__sched_tick() ||
        !atomic_compare_exchange_strong_explicit(rdl__word(&rw->rdl__state), &unlocked, WRITER,
                                                 memory_order_acquire, memory_order_relaxed)) {
        lock_checked(rw, CALLER);
    }
}

void rdl_rwmutex_unlock(rdl_rwmutex *rw) {
    if (rdl__emit_on() || rw == NULL || !unlock_at_once(rw)) {
        unlock_checked(rw, CALLER);
    }
}

void rdl_rwmutex_rlock(rdl_rwmutex *rw) {
    if (rdl__emit_on() || rw == NULL || !rdl__sched_tick() || !enter_at_once(rw)) {
        rlock_checked(rw, CALLER);
    }
}

void rdl_rwmutex_runlock(rdl_rwmutex *rw) {
    if (rdl__emit_on() || rw == NULL || !leave_at_once(rw)) {
        runlock_checked(rw, CALLER);
    }
}

__attribute__((noinline)) static bool try_watched(rdl_rwmutex *rw, struct task *self,
                                                  uintptr_t pc) {
    check_place(rw, self, EV_USE_LOCK, pc);
    if (!try_lock(rdl__word(&rw->rdl__state), WRITERS | WOKEN | STARVING, 0)) {
        note_access(self, rw, pc);
        return false;
    }
    note_locked(self, rw, EV_LOCK_WRITE | EV_LOCK_TRY, pc);
    return true;
}

bool rdl_rwmutex_trylock(rdl_rwmutex *rw) {
    struct task *self = rdl__task_self();
    uintptr_t pc = CALLER;
    rdl__panic_check_handle(rw, pc);
    rdl__sched_check(self);
    return rdl__emit_on() ? try_watched(rw, self, pc)
                          : try_lock(rdl__word(&rw->rdl__state), WRITERS | WOKEN | STARVING, 0);
}

__attribute__((noinline)) static bool tryr_watched(rdl_rwmutex *rw, struct task *self,
                                                   uintptr_t pc) {
    check_place(rw, self, EV_USE_LOCK, pc);
    if (!enter_at_once(rw)) {
        note_access(self, rw, pc);
        return false;
    }
    note_locked(self, rw, EV_LOCK_READ | EV_LOCK_TRY, pc);
    return true;
}

bool rdl_rwmutex_tryrlock(rdl_rwmutex *rw) {
    struct task *self = rdl__task_self();
    uintptr_t pc = CALLER;
    rdl__panic_check_handle(rw, pc);
    rdl__sched_check(self);
    return rdl__emit_on() ? tryr_watched(rw, self, pc) : enter_at_once(rw);
}
