/* outside.c - see outside.h.
 *
 * Only its own thread writes a slot, and takes it; two that want the same one compare and swap. A slot whose thread
 * has ended is taken again by the next, whoever it is.
 */
#include "instrument/outside.h"

#include "instrument/deadlock.h"
#include "instrument/sys.h"

#include <linux/futex.h>
#include <time.h>

#define WAIT_MS     5
#define WAITS       400 /* one left behind by a fork that we have not seen */
#define MOST_PROBES 64u

static struct outside_slot *table(void) {
    struct outside_slot *at = __atomic_load_n(&front.outside.table, __ATOMIC_ACQUIRE);
    size_t bytes = OUTSIDE_SLOTS * sizeof(struct outside_slot);
    if (at == NULL) {
        struct outside_slot *fresh = (struct outside_slot *)sys_map(bytes, 0);
        if (fresh == NULL || __atomic_compare_exchange_n(&front.outside.table, &at, fresh, false,
                                                         __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
            return fresh;
        }
        SYS3(SYS_munmap, fresh, bytes, 0);
    }
    return at;
}

static struct outside_slot *place_of(struct outside_slot *slots, uint32_t thread, uint32_t i) {
    return &slots[(thread * 2654435761u / 64 + i) % OUTSIDE_SLOTS];
}

static struct outside_slot *find(struct outside_slot *slots, uint32_t thread) {
    for (uint32_t i = 0; slots != NULL && i < MOST_PROBES; i++) {
        struct outside_slot *slot = place_of(slots, thread, i);
        uint32_t there = __atomic_load_n(&slot->thread, __ATOMIC_ACQUIRE);
        if (there == thread) {
            return slot;
        }
        if (there == 0) {
            break;
        }
    }
    return NULL;
}

static struct outside_slot *take(struct outside_slot *slots, uint32_t thread) {
    for (uint32_t i = 0; slots != NULL && i < MOST_PROBES; i++) {
        struct outside_slot *slot = place_of(slots, thread, i);
        uint32_t there = __atomic_load_n(&slot->thread, __ATOMIC_RELAXED);
        if ((there == 0 || there == OUTSIDE_GONE) &&
            __atomic_compare_exchange_n(&slot->thread, &there, thread, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_RELAXED)) {
            return slot;
        }
    }
    return &front.outside.nobody;
}

/* A slot that has our number is of a thread that has ended without a word. */
struct outside_slot *outside_begin(void) {
    uint32_t thread = front.on ? deadlock_thread() : 0;
    struct outside_slot *slots = thread != 0 ? table() : NULL;
    struct outside_slot *slot = find(slots, thread);
    slot = slot != NULL ? slot : take(slots, thread);
    slot->calls = 0;
    slot->parts = 0;
    slot->handlers_lo = slot->handlers_hi = 0;
    self.outside = slot;
    return slot;
}

void outside_handlers(uintptr_t lo, uintptr_t hi) {
    struct outside_slot *slot = outside_slot();
    slot->handlers_lo = lo;
    slot->handlers_hi = hi;
}

void outside_end(void) {
    struct outside_slot *slot = self.outside;
    self.outside = &front.outside.nobody;
    if (slot != NULL && slot != &front.outside.nobody) {
        slot->calls = 0;
        slot->parts = 0;
        slot->handlers_lo = slot->handlers_hi = 0;
        __atomic_store_n(&slot->thread, OUTSIDE_GONE, __ATOMIC_RELEASE);
    }
}

void outside_wait(void) {
    struct timespec limit = {.tv_nsec = WAIT_MS * 1000000};
    for (int i = 0; i < WAITS; i++) {
        if (__atomic_load_n(&front.stops.stopping, __ATOMIC_ACQUIRE) == 0) {
            return;
        }
        sys_call(SYS_futex, (long)&front.stops.stopping, FUTEX_WAIT_PRIVATE, 1, (long)&limit, 0, 0);
    }
    __atomic_store_n(&front.stops.stopping, 0, __ATOMIC_RELEASE);
}

void outside_fork_child(void) {
    front.outside.table = NULL; /* who stands in it is not here */
    front.stops.stopping = 0;
    self.outside = NULL;
}

const struct outside_slot *outside_of(uint32_t thread) {
    return find(__atomic_load_n(&front.outside.table, __ATOMIC_ACQUIRE), thread);
}
