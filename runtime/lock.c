/* lock.c - what a thread does that finds an internal lock held. */
#include "runtime/lock.h"

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
