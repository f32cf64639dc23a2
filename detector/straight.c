/* straight.c - how is an access recorded, nearly always?
 *
 * Model    access.c again, for the usual case: an aligned access by a task that has a segment, in a block
 *          whose words hold nothing, or single records that are ordered before it. One body with
 *          constant arguments for each width, all of it in registers. Whatever is unusual is left
 *          undone, and access_inside does it from the start.
 * Cost     Against the path through access.c, in a loop that writes and then reads each word once per
 *          segment (tests/bench, seq): a third of the instructions.
 */
#include "detector/access.h"
#include "detector/block.h"
#include "detector/core.h"
#include "detector/state.h"

#define INLINE static inline __attribute__((always_inline))

/* -- recorded already ------------------------------------------------------------------------ */

/* Whether the word has a plain record of t's segment, not 0, that covers the bytes of mask. */
INLINE bool has(const struct det_task *t, const uint64_t *at, uint32_t mask) {
    uint64_t word = load_acquire(at);
    bool is_own = record_segment(word) == t->hot.segment && (mask & ~record_mask(word)) == 0;
    return is_own ||
           (record_is_shared(word) && !record_is_locked(word) && recset_has(at, word, t, mask));
}

/* The bytes of the first granule that an aligned access touches. */
INLINE uint32_t first_mask(uintptr_t addr, unsigned size) {
    return size >= HOT_GRANULE ? RECORD_ALL : ((1u << size) - 1) << (addr % HOT_GRANULE);
}

INLINE unsigned granules_of(unsigned size) {
    return (size + HOT_GRANULE - 1) / HOT_GRANULE;
}

INLINE bool is_known(const struct det_task *t, uintptr_t addr, unsigned size, bool write) {
    const uint64_t *block = shadow_block(addr);
    if (t->hot.segment == 0 || block == NULL || (addr & (size - 1)) != 0) {
        return false;
    }
    unsigned first = hot_place(addr);
    uint32_t mask = first_mask(addr, size);
    if (!write && hot_has_read(block, addr, size, t->hot.segment)) {
        return true;
    }
    bool known = true;
    for (unsigned i = first; i < first + granules_of(size) && known; i++) {
        known = (!write && has(t, block + SHADOW_READS + i, mask)) ||
                has(t, block + SHADOW_WRITES + i, mask);
    }
    return known;
}

/* -- to be recorded -------------------------------------------------------------------------- */

/* As context_site for a power of two up to 16, when t's frames are materialised and it was here
 * lately; else 0. */
INLINE uint32_t cached_site(const struct det_task *t, uintptr_t pc, uint32_t access,
                            unsigned size) {
    uint32_t depth = (uint32_t)t->hot.depth;
    uint64_t frame = FRAME_NODE;
    if (depth != 0 && depth <= t->hot.frame_slots) { /* negative is large */
        frame = t->hot.frames[depth - 1].path;
    }
    uint64_t key = (pc & (((uint64_t)1 << CONTEXT_PC_BITS) - 1)) | CONTEXT_LEAF |
                   (uint64_t)access << CONTEXT_ACCESS_SHIFT |
                   (uint64_t)(__builtin_ctz(size) + 1) << CONTEXT_SIZE_SHIFT;
    uint32_t parent = (uint32_t)frame;
    const struct context_cache *cache = t->sites;
    if (cache == NULL || cache->moves != __atomic_load_n(&det.contexts.moves, __ATOMIC_RELAXED) ||
        !(frame & FRAME_NODE) || (depth == 0) != (parent == 0)) {
        return 0;
    }
    const struct context_cached *slot = &cache->slot[context_cache_slot(cache, key, parent)];
    return slot->key == key && slot->parent == parent ? slot->site : 0;
}

INLINE uint32_t site_of(struct det_task *t, uintptr_t pc, unsigned size, bool write) {
    uint32_t bits = write ? EV_WRITE : EV_READ;
    uint32_t site = cached_site(t, pc, bits, size);
    return __builtin_expect(site != 0, 1) ? site : context_site(t, pc, bits, size);
}

/* Whether the single record, or nothing, in `word` is ordered before t. */
INLINE bool is_past(struct det_task *t, uint64_t word) {
    return word == 0 || (!record_is_shared(word) && access_is_past(t, word));
}

/* Likewise of what a read meets: two fields of one granule are a set, once written apart. What a write meets goes
 * with it, if it is a set: not here. */
INLINE bool are_past(struct det_task *t, uint64_t word, bool write) {
    return is_past(t, word) || (!write && record_is_shared(word) && recset_all_past(t, word));
}

/* What takes the place of `old` of our own kind: rec, or what stands for both; 0: unusual. */
INLINE uint64_t successor(struct det_task *t, uint64_t old, uint64_t rec, unsigned size,
                          uintptr_t addr) {
    if (size <= HOT_GRANULE &&
        (record_is_shared(old) || (record_mask(old) & ~record_mask(rec)) != 0)) {
        return recset_take(t, old, rec, record_granule(addr));
    }
    return is_past(t, old) ? rec : 0;
}

INLINE bool has_set(const uint64_t *words, unsigned n) {
    uint64_t any = 0;
#pragma GCC unroll 4
    for (unsigned i = 0; i < n; i++) {
        any |= load_relaxed(words + i);
    }
    return record_is_shared(any);
}

/* Whether the n words from index i of the block are alike: nearly always, what was touched together
 * before is touched together again. */
INLINE bool are_alike(const struct held_block *b, unsigned i, unsigned n) {
    uint64_t differs = 0;
#pragma GCC unroll 4
    for (unsigned k = 1; k < n; k++) {
        differs |= block_get(b, i) ^ block_get(b, i + k);
    }
    return differs == 0;
}

/* What the words that held `old`, of our own kind, and `theirs` shall hold; 0: unusual. */
INLINE uint64_t judged(struct det_task *t, uint64_t old, uint64_t theirs, uint64_t rec,
                       unsigned size, bool write, uintptr_t addr) {
    return are_past(t, theirs, write) ? successor(t, old, rec, size, addr) : 0;
}

/* Records in the granules from addr; false: undone. */
INLINE bool put(struct det_task *t, uint64_t *block, uintptr_t addr, unsigned size, bool write,
                uint64_t rec) {
    unsigned n = granules_of(size), first = hot_place(addr);
    unsigned mine = (write ? SHADOW_WRITES : SHADOW_READS) + first;
    unsigned theirs = (write ? SHADOW_READS : SHADOW_WRITES) + first;
    if (n > 1 && (has_set(block + mine, n) || has_set(block + theirs, n))) {
        return false;
    }
    struct held_block b = block_lock(block);
    if (b.first == 0) { /* perhaps the first record of its page */
        shadow_touch(t, block, addr);
    }
    uint64_t now = judged(t, block_get(&b, mine), block_get(&b, theirs), rec, size, write, addr);
    if (!are_alike(&b, mine, n) || !are_alike(&b, theirs, n)) {
        for (unsigned i = 1; i < n && now != 0; i++) { /* wider than a granule: rec, or unusual */
            now = judged(t, block_get(&b, mine + i), block_get(&b, theirs + i), rec, size, write,
                         addr);
        }
    }
    if (now != 0) {
#pragma GCC unroll 4
        for (unsigned i = 0; i < n; i++) {
            block_put(&b, mine + i, now);
        }
    }
    block_unlock(&b);
    return now != 0;
}

INLINE bool run(struct det_task *t, uintptr_t addr, unsigned size, bool write, uintptr_t pc) {
    uint32_t segment = task_segment(t);
    uint64_t *block = shadow_block(addr);
    if (segment == 0 || block == NULL || (addr & (size - 1)) != 0) {
        return false;
    }
    uint64_t rec = record_make(site_of(t, pc, size, write), first_mask(addr, size), segment);
    return put(t, block, addr, size, write, rec);
}

INLINE void straight(struct det_task *t, uintptr_t addr, unsigned size, bool write, uintptr_t pc) {
    if (task_enter(t)) {
        if (task_is_alone()) {
            alone_pass(t);
        } else if (__builtin_expect(!run(t, addr, size, write, pc), 0)) {
            access_inside(t, addr, size, write ? EV_WRITE : EV_READ, pc);
        }
        task_leave(t);
    }
}

// clang-format off
#define STRAIGHT(n)                                                                                \
    bool access_has_read##n(const struct det_task *t, uintptr_t addr) {                            \
        return is_known(t, addr, n, false);                                                        \
    }                                                                                              \
    bool access_has_write##n(const struct det_task *t, uintptr_t addr) {                           \
        return is_known(t, addr, n, true);                                                         \
    }                                                                                              \
    void access_read##n(struct det_task *t, uintptr_t addr, uintptr_t pc) {                        \
        straight(t, addr, n, false, pc);                                                           \
    }                                                                                              \
    void access_write##n(struct det_task *t, uintptr_t addr, uintptr_t pc) {                       \
        straight(t, addr, n, true, pc);                                                            \
    }

STRAIGHT(1) STRAIGHT(2) STRAIGHT(4) STRAIGHT(8) STRAIGHT(16)
// clang-format on

/* -- the door -------------------------------------------------------------------------------- */

#define READ(n)                                                                                    \
    case (n << 8 | EV_READ):                                                                       \
        if (!access_has_read##n(t, addr)) {                                                        \
            access_read##n(t, addr, pc);                                                           \
        }                                                                                          \
        return;
#define WRITE(n)                                                                                   \
    case (n << 8 | EV_WRITE):                                                                      \
        if (!access_has_write##n(t, addr)) {                                                       \
            access_write##n(t, addr, pc);                                                          \
        }                                                                                          \
        return;

    void det_access(struct det_task *t, uintptr_t addr, size_t size, uint32_t access,
                    uintptr_t pc) {
    if (t == NULL || (task_is_alone() && t->hot.segment != 0)) {
        return;
    }
    // clang-format off
    switch (size << 8 | access) {
        READ(1) READ(2) READ(4) READ(8) READ(16)
        WRITE(1) WRITE(2) WRITE(4) WRITE(8) WRITE(16)
    default:
        access_slow(t, addr, size, access, pc);
    }
    // clang-format on
}
