/* sync_word.c - the small lock inside users' objects, and their queues. */
#include "runtime/sync_word.h"

#include "runtime/runq.h"
#include "runtime/sched.h"

#define SPINS  40 /* looks at a busy queue before the thread sleeps */
#define PAUSES 30 /* of one round of rdl__word_spin: about a microsecond */

/* The half of the word that a thread can sleep on: the flags are in the low one. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the low half comes first");
static _Atomic uint32_t *low_half(_Atomic uint64_t *word) {
    return (_Atomic uint32_t *)(void *)word;
}

bool rdl__word_lock_if(_Atomic uint64_t *word, uint64_t need, uint64_t refuse, uint64_t *seen) {
    for (unsigned spins = 0;; spins++) {
        /* Who is refused goes by what he saw, a completed once for instance [HB-ON-01]. */
        uint64_t now = atomic_load_explicit(word, memory_order_acquire);
        if ((now & need) != need || (now & refuse) != 0) {
            return false;
        }
        if ((now & WORD_QUEUE) == 0) {
            if (atomic_compare_exchange_weak_explicit(word, &now, now | WORD_QUEUE,
                                                      memory_order_acquire, memory_order_relaxed)) {
                *seen = now & ~(uint64_t)(WORD_QUEUE | WORD_WANTED);
                return true;
            }
        } else if (spins < SPINS) {
            rdl__arch_pause();
        } else if ((now & WORD_WANTED) != 0 ||
                   atomic_compare_exchange_weak_explicit(
                       word, &now, now | WORD_WANTED, memory_order_relaxed, memory_order_relaxed)) {
            rdl__os_wait(low_half(word), (uint32_t)now | WORD_WANTED, OS_FOREVER);
        }
    }
}

uint64_t rdl__word_lock(_Atomic uint64_t *word) {
    uint64_t state = 0;
    (void)rdl__word_lock_if(word, 0, 0, &state);
    return state;
}

void rdl__word_unlock(_Atomic uint64_t *word, uint64_t state) {
    uint64_t before = atomic_exchange_explicit(word, state, memory_order_acq_rel);
    if ((before & WORD_WANTED) != 0) {
        rdl__os_wake(low_half(word), INT32_MAX);
    }
}

/* -- queues -- */

void rdl__word_push(void **last, struct waiter *w, bool in_front) {
    struct waiter *newest = *last;
    if (newest == NULL) {
        w->next = w;
        *last = w;
        return;
    }
    w->next = newest->next;
    newest->next = w;
    if (!in_front) {
        *last = w;
    }
}

struct waiter *rdl__word_first(void *last) {
    struct waiter *newest = last;
    return newest != NULL ? newest->next : NULL;
}

static void remove_after(void **last, struct waiter *before) {
    struct waiter *w = before->next;
    before->next = w->next;
    if (w == before) {
        *last = NULL;
    } else if (w == *last) {
        *last = before;
    }
}

struct waiter *rdl__word_pop(void **last) {
    struct waiter *oldest = rdl__word_first(*last);
    if (oldest != NULL) {
        remove_after(last, *last);
    }
    return oldest;
}

void rdl__word_remove(void **last, struct waiter *w) {
    struct waiter *before = *last;
    while (before->next != w) {
        before = before->next;
    }
    remove_after(last, before);
}

struct task *rdl__word_take_all(void **last, const void *key, uint64_t *n) {
    struct task *first = NULL;
    struct task **end = &first;
    *n = 0;
    for (struct waiter *w = rdl__word_pop(last); w != NULL; w = rdl__word_pop(last)) {
        if (key != NULL) {
            rdl__emit_acquire(w->task->det, key);
        }
        *end = w->task;
        end = &w->task->next;
        ++*n;
    }
    *end = NULL;
    return first;
}

/* -- spinning -- */

bool rdl__word_may_spin(void) {
    struct worker *w = rdl__arch_thread()->worker;
    return rdl__rt.cpus > 1 &&
           (w == NULL ||
            (atomic_load_explicit(&rdl__rt.sched.maxprocs, memory_order_relaxed) > 1 && /* guess */
             !rdl__runq_has(w)));
}

void rdl__word_spin(void) {
    for (int i = 0; i < PAUSES; i++) {
        rdl__arch_pause();
    }
}

/* -- parking -- */

struct release {
    _Atomic uint64_t *word;
    uint64_t state;
};

static void commit_release(struct task *t, void *arg) {
    const struct release *r = arg; /* in the frame of the parked task: read before the store */
    (void)t;
    rdl__word_unlock(r->word, r->state);
}

void rdl__word_park(struct task *self, _Atomic uint64_t *word, uint64_t state) {
    struct release r = {.word = word, .state = state};
    rdl__sched_park(self, commit_release, &r);
}
