/* lock.c - what a thread does that finds an internal lock held. */
#include "runtime/lock.h"

#include "runtime/check.h"
#include "runtime/rt.h"

#define SPINS 30

/* Three states, so that an uncontended release makes no system call [Drepper11 "Futexes Are Tricky"
 * mutex2]. */
__attribute__((noinline)) void rdl__lock_acquire_slow(rdl__lock *lock) {
    for (int i = 0; i < SPINS; i++) {
        rdl__arch_pause();
        if (atomic_load_explicit(&lock->word, memory_order_relaxed) == LOCK_FREE &&
            rdl__lock_try(lock)) {
            return;
        }
    }
    while (atomic_exchange_explicit(&lock->word, LOCK_CONTENDED, memory_order_acquire) !=
           LOCK_FREE) {
        rdl__os_wait(&lock->word, LOCK_CONTENDED, OS_FOREVER);
    }
}

/* -- the ranks, in the debug build -- */

#ifdef RDL__DEBUG
#include <stdio.h>
#include <stdlib.h>

_Noreturn void rdl__check_failed(const char *law, const char *file, int line) {
    dprintf(2, "raddle: %s:%d: broken: %s\n", file, line, law);
    abort();
}

/* A select may hold more locks than there is room for; those are not followed. */
void rdl__lock_note_acquire(const rdl__lock *lock, enum rdl__rank rank) {
    struct rdl__held *held = &rdl__arch_thread()->held;
    for (unsigned i = 0; i < held->n; i++) {
        DCHECK(held->ranks[i] < rank || (rank == RANK_CHAN && held->ranks[i] == RANK_CHAN));
        DCHECK(held->ranks[i] != RANK_CHAN || rank != RANK_CHAN || held->locks[i] < lock);
    }
    if (held->n < HELD_MAX) {
        held->locks[held->n] = lock;
        held->ranks[held->n++] = (unsigned char)rank;
    }
}

void rdl__lock_note_release(const rdl__lock *lock) {
    struct rdl__held *held = &rdl__arch_thread()->held;
    for (unsigned i = held->n; i > 0; i--) {
        if (held->locks[i - 1] == lock) {
            held->n--;
            held->locks[i - 1] = held->locks[held->n];
            held->ranks[i - 1] = held->ranks[held->n];
            return;
        }
    }
}
#endif
