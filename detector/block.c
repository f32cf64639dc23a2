/* block.c - waiting for the lock of a block. */
#include "detector/block.h"

struct held_block block_lock_slow(uint64_t *words, uint64_t seen) {
    uint32_t turns = 0;
    for (;;) {
        bool orphaned =
            record_is_locked(seen) && record_segment(seen) != record_segment(block_lock_word());
        if (!record_is_locked(seen) || orphaned) {
            if (swap_if(words, seen, block_lock_word())) {
                return (struct held_block){.words = words, .first = orphaned ? 0 : seen};
            }
        } else {
            spin_pause(&turns);
        }
        seen = load_relaxed(words); /* the swap decides */
    }
}
