/* access.h - does this access race with one that is remembered?
 *
 * Definition  Two accesses by different tasks to a common byte, at least one a write, at least one not
 *          atomic, neither ordered before the other [HB-M-01].
 * Kept     For each granule the writes and the reads that could still race with something: record B
 *          makes record A superfluous if A is ordered before B, B touches all of A's bytes, and all
 *          that conflicts with A conflicts with B (B plain or A atomic; B a write or A a read). Then
 *          whatever races with A later races with B too, or is ordered after B [FT09 §3].
 * Lossless An access judges the records of both kinds and adds its own while it holds the block's
 *          lock (block.h): of two at once, the second sees the first.
 * Cost     A new segment's first access: one CAS for all granules of a block, one clock look-up for
 *          each foreign record of a segment not met lately.
 */
#ifndef RADDLE_DETECTOR_ACCESS_H
#define RADDLE_DETECTOR_ACCESS_H

#include "detector/record.h"
#include "detector/task.h"

#define ACCESS_ONLY_TOUCHED_FROM                                                                   \
    ((size_t)64 << 10)      /* freeing more leaves untouched shadow uncommitted */
#define ACCESS_CONFLICTS 8u /* each granule's writes, each granule's reads */

/* A race that was found under a block's lock, told after it. */
struct access_conflict {
    uint64_t rec;
    uintptr_t granule;
    uint32_t mask;
    bool writes; /* the other access */
};

/* One access on its way through the shadow. */
struct access {
    struct det_task *t;
    uintptr_t addr;
    size_t size;
    uint32_t bits; /* enum ev_access */
    uintptr_t pc;
    bool writes, atomic;
    bool only_touched; /* leave granules alone that nobody has touched (a large free) */
    uint32_t segment;  /* with the atomic bit; 0: not prepared yet */
    uint32_t site;
    /* of the granule at work */
    uintptr_t granule;
    uint32_t mask;
    uint64_t rec;
    uint64_t conflict; /* the other record; 0: none */
    unsigned n_found;
    struct access_conflict found[ACCESS_CONFLICTS]; /* of one block; the first n_found are set */
};

/* Judges a against record `rec` of (task, at): true when the record is dealt with, being ordered
 * before a or (judge) noted as a conflict. rec_writes: what kind it is. */
DET_HIDDEN bool access_deals_with(struct access *a, uint64_t rec, uint32_t task, uint32_t at,
                                  bool judge);
/* Whether the segment `number` is ordered before t, who remembers it if so. */
DET_HIDDEN bool access_finds_past(struct det_task *t, uint32_t number);
/* Whether the record, not a set's word, is ordered before t. Most that a task meets are of few segments. */
static inline __attribute__((always_inline)) bool access_is_past(struct det_task *t, uint64_t rec) {
    uint32_t number = record_segment(rec) & ~RECORD_ATOMIC;
    return t->ordered[(number >> 1) % TASK_ORDERED] == number || access_finds_past(t, number);
}
/* One record for the bytes of `old` and of rec, which are plain, of one kind and of one segment of t; 0: that
 * cannot be. */
DET_HIDDEN uint64_t access_joined(struct det_task *t, uint64_t old, uint64_t rec);
/* What must stay of a record that was dealt with (or not) beside a's. 0: nothing. */
DET_HIDDEN uint64_t access_leaves(const struct access *a, uint64_t rec, bool dealt);

/* As an event from within another event of the same task, whose guard the caller holds. */
DET_HIDDEN void access_inside(struct det_task *t, uintptr_t addr, size_t size, uint32_t bits,
                              uintptr_t pc);

#endif
