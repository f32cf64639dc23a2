/* waitgroup.c - rdl_waitgroup: waiting until a counter is zero.
 *
 * The counter lies above the flags in the one word, so that add and done are one compare-and-swap
 * unless they have waiters to release; that goes under the queue's bit, and the store that gives
 * the bit up is the one that shows zero to others:
 *
 *   the last done                          a wait that comes now
 *   takes WORD_QUEUE, sets RELEASING
 *   takes the waiters out                  sees a word that is not 0: waits for the bit
 *   stores 0
 *   readies the waiters                    returns; the group may be freed
 *
 * Laws  WAITERS is set exactly while the queue is not empty, and then the counter is not zero, but
 *       between RELEASING and the store of 0 [WG-03]. A word of 0 is a group at rest.
 * Misuse [WG-04] An add that finds RELEASING raises the counter from 0 while there are waiters: TX-14,
 *       never wrong, seldom seen. A waiter that finds the counter raised when it runs again: TX-15,
 *       missed when it has come to zero again. The detector sees every case [RP-07].
 */
#include "runtime/mem.h"
#include "runtime/panic.h"
#include "runtime/place.h"
#include "runtime/sched.h"
#include "runtime/sync.h"
#include "runtime/sync_word.h"
#include "runtime/text.h"

#define CALLER ((uintptr_t)__builtin_return_address(0))

enum waitgroup_state {
    WAITERS = WORD_FIRST_FREE,
    RELEASING = WORD_FIRST_FREE << 1,
    ONE = WORD_FIRST_FREE << 2 /* the counter: 60 bits with a sign */
};

static int64_t counter(uint64_t state) {
    return (int64_t)state >> 4;
}

/* The state with n more; flags stay. False: that does not fit. */
static bool raise(uint64_t state, int64_t n, uint64_t *then) {
    int64_t step;
    return !__builtin_mul_overflow(n, (int64_t)ONE, &step) &&
           !__builtin_add_overflow((int64_t)state, step, (int64_t *)then);
}

/* Whether this is a copy that was made while the counter was not 0 [WG-06]. Queue held. */
static void check_place(rdl_waitgroup *wg, struct task *self, uint64_t state, enum ev_use use,
                        uintptr_t pc) {
    const struct place_use u = {self, wg, EV_OBJECT_WAITGROUP, use, pc};
    (void)rdl__place_check(&u, &wg->rdl__self, counter(state) > 0);
}

/* -- counting -- */

__attribute__((noinline)) static void release(rdl_waitgroup *wg, uint64_t state) {
    _Atomic uint64_t *word = rdl__word(&wg->rdl__state);
    uint64_t n;
    atomic_fetch_add_explicit(word, RELEASING - (state & ~(uint64_t)WAITERS), memory_order_relaxed);
    /* Every waiter knows what all that counted down did [HB-WG-01]. Here, not when it wakes: a later
     * round may have begun by then. */
    struct task *woken = rdl__word_take_all(&wg->rdl__waiters, wg, &n);
    rdl__word_unlock(word, 0);
    rdl__sched_ready_all(woken, true);
}

void rdl__waitgroup_add(rdl_waitgroup *wg, struct task *self, int64_t n, uintptr_t pc) {
    _Atomic uint64_t *word = rdl__word(&wg->rdl__state);
    uint64_t state;
    uint64_t then;
    if (n < 0) {
        rdl__emit_release_merge(self->det, wg);
    }
    if (!rdl__word_lock_if(word, 0, n > 0 ? RELEASING : 0, &state)) {
        rdl__panic_text(TEXT_WG_MISUSE, pc);
    }
    if (rdl__emit_on()) {
        check_place(wg, self, state, n < 0 ? EV_USE_DONE : EV_USE_ADD, pc);
    }
    if (counter(state) == 0 && n > 0) {
        rdl__emit_sync_access(self->det, &wg->rdl__self, 1, EV_READ, pc); /* [RP-07] */
    }
    if (!raise(state, n, &then)) {
        rdl__word_unlock(word, state);
        rdl__panic_text(TEXT_WG_RANGE, pc);
    }
    if (counter(then) == 0 && (state & WAITERS) != 0) {
        release(wg, state);
        return;
    }
    rdl__word_unlock(word, then);
    if (counter(then) < 0) {
        rdl__panic_text(TEXT_WG_NEGATIVE, pc);
    }
}

/* Cost: a load and a compare-and-swap. False: nothing was done, the other way must be gone. */
static inline bool add_at_once(rdl_waitgroup *wg, int64_t n) {
    _Atomic uint64_t *word = rdl__word(&wg->rdl__state);
    uint64_t now = atomic_load_explicit(word, memory_order_relaxed); /* the swap orders */
    uint64_t then;
    do {
        if ((now & (WORD_QUEUE | RELEASING)) != 0 || !raise(now, n, &then) ||
            (int64_t)then < ((now & WAITERS) != 0 ? ONE : 0)) {
            return false;
        }
    } while (!atomic_compare_exchange_weak_explicit(word, &now, then, memory_order_acq_rel,
                                                    memory_order_relaxed));
    return true;
}

/* Apart, so that the fast paths need no frame: the pushes would delay the swap. */
__attribute__((noinline)) static void add_slow(rdl_waitgroup *wg, int64_t n, uintptr_t pc) {
    rdl__panic_check_handle(wg, pc);
    rdl__waitgroup_add(wg, rdl__task_self(), n, pc);
}

void rdl_waitgroup_add(rdl_waitgroup *wg, int64_t n) {
    if (rdl__emit_on() || wg == NULL || !add_at_once(wg, n)) {
        add_slow(wg, n, CALLER);
    }
}

void rdl_waitgroup_done(rdl_waitgroup *wg) {
    if (rdl__emit_on() || wg == NULL || !add_at_once(wg, -1)) {
        add_slow(wg, -1, CALLER);
    }
}

/* -- waiting -- */

/* Apart, as add_slow. */
__attribute__((noinline)) void rdl__waitgroup_wait(rdl_waitgroup *wg, uintptr_t pc) {
    struct task *self = rdl__task_self();
    _Atomic uint64_t *word = rdl__word(&wg->rdl__state);
    const void *object = wg;
    rdl__panic_check_handle(wg, pc);
    rdl__sched_check(self);
    uint64_t state = rdl__word_lock(word);
    if (rdl__emit_on()) {
        check_place(wg, self, state, EV_USE_WAIT, pc);
    }
    if (counter(state) == 0) {
        rdl__emit_acquire(self->det, wg);
        rdl__word_unlock(word, state);
        return;
    }
    if ((state & WAITERS) == 0) {
        rdl__emit_sync_access(self->det, &wg->rdl__self, 1, EV_WRITE, pc); /* [RP-07] */
    }
    struct waiter w = {.task = self, .pc = pc};
    rdl__sched_wait_begin(self, EV_WAIT_WAITGROUP, &object, 1, 0, pc);
    rdl__word_push(&wg->rdl__waiters, &w, false);
    rdl__word_park(self, word, state | WAITERS);
    /* The object is still ours to read: this call has not returned. */
    if (counter(atomic_load_explicit(word, memory_order_relaxed)) != 0) { /* a guess [WG-04] */
        rdl__panic_text(TEXT_WG_REUSED, pc);
    }
}

/* Cost at rest: one load of the word, one of the budget and its store. */
void rdl_waitgroup_wait(rdl_waitgroup *wg) {
    if (wg == NULL || !rdl__sched_tick() || rdl__emit_on() ||
        atomic_load_explicit(rdl__word(&wg->rdl__state), memory_order_acquire) != 0) {
        rdl__waitgroup_wait(wg, CALLER);
    }
}

int64_t rdl__waitgroup_count(rdl_waitgroup *wg) {
    return counter(atomic_load_explicit(rdl__word(&wg->rdl__state), memory_order_relaxed));
}

/* -- rdl_waitgroup_go -- */

struct counted {
    rdl_waitgroup *wg;
    void (*fn)(void *);
    void *arg;
    uintptr_t pc;
};

static void count_down(void *arg) {
    const struct counted *c = arg;
    rdl__waitgroup_add(c->wg, rdl__task_self(), -1, c->pc);
}

/* Deferred, so that rdl_goexit counts down too; but not when fn panics: the process must end with
 * that panic before a waiting main can end it with 0 [WG-05]. */
static void run_counted(void *arg) {
    struct counted c = *(struct counted *)arg;
    rdl__defer at_end = rdl__defer_enter(&at_end, count_down, &c);
    at_end.state |= DEFER_NOT_BY_PANIC;
    c.fn(c.arg);
    rdl__defer_leave(&at_end);
}

void rdl_waitgroup_go(rdl_waitgroup *wg, void (*fn)(void *), void *arg) {
    struct task *self = rdl__task_self();
    struct counted c = {.wg = wg, .fn = fn, .arg = arg, .pc = CALLER};
    rdl_go_options options = {.copy_bytes = sizeof(c)};
    if (fn == NULL) {
        rdl__panic_go_nil(c.pc);
    }
    rdl__panic_check_handle(wg, c.pc);
    rdl__waitgroup_add(wg, self, 1, c.pc);
    rdl__sched_start(rdl__task_new(self, &options, run_counted, &c, c.pc));
}
