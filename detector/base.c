/* base.c - how does one thread of the core wait for another? */
#include "detector/base.h"

#include "detector/state.h"

#define SPINS_BEFORE_YIELD 64u

void spin_pause(uint32_t *turns) {
    if (++*turns % SPINS_BEFORE_YIELD == 0) {
        det.host->yield();
    } else {
        __builtin_ia32_pause();
    }
}

bool spin_try(struct spin *lock) {
    uint32_t mine = det.generation + 1;
    uint32_t seen = __atomic_load_n(&lock->held, __ATOMIC_RELAXED);
    return seen != mine && /* pairs with spin_unlock */
           __atomic_compare_exchange_n(&lock->held, &seen, mine, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

void spin_lock(struct spin *lock) {
    uint32_t turns = 0;
    while (!spin_try(lock)) {
        spin_pause(&turns);
    }
}
