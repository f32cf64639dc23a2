/* waitgroup.c - rdl_waitgroup: waiting until a counter is zero.
 *
 * Laws  the counter and the queue change only while the queue's bit is held. The queue is empty
 *       while the counter is zero: whoever makes it zero takes all waiters with it [WG-03].
 */
#include "runtime/mem.h"
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/sync.h"
#include "runtime/sync_word.h"
#include "runtime/text.h"

#define CALLER ((uintptr_t)__builtin_return_address(0))

/* Every waiter knows what all that counted down did [HB-WG-01]. Here, not when it wakes: a later
 * round may have begun by then. */
static struct task *take_all(rdl_waitgroup *wg) {
    struct task *first = NULL;
    struct task **end = &first;
    for (struct waiter *w = rdl__word_pop(&wg->rdl__waiters); w != NULL;
         w = rdl__word_pop(&wg->rdl__waiters)) {
        rdl__emit_acquire(w->task->det, wg);
        *end = w->task;
        end = &w->task->next;
    }
    *end = NULL;
    return first;
}

void rdl__waitgroup_add(rdl_waitgroup *wg, struct task *self, int64_t n, uintptr_t pc) {
    _Atomic uint32_t *word = rdl__word(&wg->rdl__state);
    uint32_t state;
    if (n < 0) {
        rdl__emit_release_merge(self->det, wg);
    }
    (void)rdl__word_lock_if(word, 0, 0, &state);
    if (wg->rdl__counter == 0 && n > 0) {
        rdl__emit_sync_access(self->det, &wg->rdl__cell, 1, EV_READ, pc); /* [RP-07] */
    }
    int64_t counter = (int64_t)((uint64_t)wg->rdl__counter + (uint64_t)n);
    struct task *woken = NULL;
    __atomic_store_n(&wg->rdl__counter, counter, __ATOMIC_RELAXED); /* read by who resumes */
    if (counter == 0) {
        woken = take_all(wg);
    }
    rdl__word_unlock(word, state);
    rdl__sched_ready_all(woken, true);
    if (counter < 0) {
        rdl__panic_text(TEXT_WG_NEGATIVE, pc);
    }
}

void rdl_waitgroup_add(rdl_waitgroup *wg, int64_t n) {
    rdl__waitgroup_add(wg, rdl__task_self(), n, CALLER);
}

void rdl_waitgroup_done(rdl_waitgroup *wg) {
    rdl__waitgroup_add(wg, rdl__task_self(), -1, CALLER);
}

void rdl_waitgroup_wait(rdl_waitgroup *wg) {
    struct task *self = rdl__task_self();
    uintptr_t pc = CALLER;
    _Atomic uint32_t *word = rdl__word(&wg->rdl__state);
    const void *object = wg;
    uint32_t state;
    rdl__sched_check(self);
    (void)rdl__word_lock_if(word, 0, 0, &state);
    if (wg->rdl__counter == 0) {
        rdl__emit_acquire(self->det, wg);
        rdl__word_unlock(word, state);
        return;
    }
    if (wg->rdl__waiters == NULL) {
        rdl__emit_sync_access(self->det, &wg->rdl__cell, 1, EV_WRITE, pc); /* [RP-07] */
    }
    struct waiter w = {.task = self, .pc = pc};
    rdl__sched_wait_begin(self, EV_WAIT_WAITGROUP, &object, 1, 0, pc);
    rdl__word_push(&wg->rdl__waiters, &w, false);
    rdl__word_park(self, word, state);
    /* The object is still ours to read: this call has not returned. */
    if (__atomic_load_n(&wg->rdl__counter, __ATOMIC_RELAXED) != 0) { /* a guess by nature [WG-04] */
        rdl__panic_text(TEXT_WG_REUSED, pc);
    }
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
    rdl__waitgroup_add(wg, self, 1, c.pc);
    rdl__sched_start(rdl__task_new(self, &options, run_counted, &c, c.pc));
}
