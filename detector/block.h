/* block.h - who may change the records of 32 bytes?
 *
 * Model    A block is eight words, [w0..w3 r0..r3] (shadow.h). Whoever records in it, trims or forgets
 *          something of it holds its lock: w0 stands replaced by RECORD_LOCKED, and its value is kept
 *          by the holder. So one locked instruction serves up to four granules, own and other kind
 *          are seen at one instant, and sets need no lock of their own.
 * Readers  Without the lock: the fast path (hot.h) and recset_peek, which trust only what says that
 *          this task itself recorded something, and so did it before. A locked w0 has no byte in its mask, so it never hits.
 * Fork     The lock carries the fork generation of its holder: one of an earlier generation was held by
 *          a thread that does not exist in this child, and w0 is lost with it.
 * Cost     A compare-and-swap and a store. A swap for each word, the design before, cost up to eight.
 */
#ifndef RADDLE_DETECTOR_BLOCK_H
#define RADDLE_DETECTOR_BLOCK_H

#include "detector/record.h"
#include "detector/state.h"

struct held_block {
    uint64_t *words;
    uint64_t first; /* w0 */
};

/* What w0 stands for while it is locked by somebody: waits until it is free, and takes the lock. */
DET_HIDDEN struct held_block block_lock_slow(uint64_t *words, uint64_t seen);

static inline uint64_t block_lock_word(void) {
    return RECORD_LOCKED | (det.generation & RECORD_SEGMENT);
}

static inline struct held_block block_lock(uint64_t *words) {
    uint64_t seen = load_relaxed(words); /* the swap decides */
    if (__builtin_expect(!record_is_locked(seen) && swap_if(words, seen, block_lock_word()), 1)) {
        return (struct held_block){.words = words, .first = seen};
    }
    return block_lock_slow(words, seen);
}

static inline uint64_t block_get(const struct held_block *b, unsigned i) {
    return i == 0 ? b->first : load_relaxed(b->words + i);
}

static inline void block_put(struct held_block *b, unsigned i, uint64_t now) {
    if (i == 0) {
        b->first = now;
    } else {
        __atomic_store_n(b->words + i, now,
                         __ATOMIC_RELAXED); /* read under the lock, or peeked at */
    }
}

static inline void block_unlock(const struct held_block *b) {
    __atomic_store_n(b->words, b->first, __ATOMIC_RELEASE); /* pairs with the swap of the next */
}

#endif
