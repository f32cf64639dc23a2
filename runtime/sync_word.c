/* sync_word.c - the small lock inside users' objects, and their queues. */
#include "runtime/sync_word.h"

#include "runtime/sched.h"

#define SPINS 40

bool rdl__word_lock_if(_Atomic uint32_t *word, uint32_t need, uint32_t refuse, uint32_t *seen) {
    for (unsigned spins = 0;; spins++) {
        uint32_t now = atomic_load_explicit(word, memory_order_relaxed); /* the swap acquires */
        if ((now & need) != need || (now & refuse) != 0) {
            return false;
        }
        if ((now & WORD_QUEUE) == 0) {
            if (atomic_compare_exchange_weak_explicit(word, &now, now | WORD_QUEUE,
                                                      memory_order_acquire, memory_order_relaxed)) {
                *seen = now & ~(uint32_t)(WORD_QUEUE | WORD_WANTED);
                return true;
            }
        } else if (spins < SPINS) {
            rdl__arch_pause();
        } else if ((now & WORD_WANTED) != 0 ||
                   atomic_compare_exchange_weak_explicit(
                       word, &now, now | WORD_WANTED, memory_order_relaxed, memory_order_relaxed)) {
            rdl__os_wait(word, now | WORD_WANTED, OS_FOREVER);
        }
    }
}

void rdl__word_unlock(_Atomic uint32_t *word, uint32_t state) {
    uint32_t before = atomic_exchange_explicit(word, state, memory_order_acq_rel);
    if ((before & WORD_WANTED) != 0) {
        rdl__os_wake(word, INT32_MAX);
    }
}

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

struct waiter *rdl__word_pop(void **last) {
    struct waiter *newest = *last;
    if (newest == NULL) {
        return NULL;
    }
    struct waiter *oldest = newest->next;
    if (oldest == newest) {
        *last = NULL;
    } else {
        newest->next = oldest->next;
    }
    return oldest;
}

struct release {
    _Atomic uint32_t *word;
    uint32_t state;
};

static void commit_release(struct task *t, void *arg) {
    const struct release *r = arg; /* in the frame of the parked task: read before the store */
    (void)t;
    rdl__word_unlock(r->word, r->state);
}

void rdl__word_park(struct task *self, _Atomic uint32_t *word, uint32_t state) {
    struct release r = {.word = word, .state = state};
    rdl__sched_park(self, commit_release, &r);
}
