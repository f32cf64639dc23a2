/* record.h - the eight bytes that remember one access of one 8-byte granule.
 *
 *          63       62..38    37..30   29..0
 *        { shared | site 25 | mask 8 | segment 30 }          0: never accessed
 *
 * segment  Low bit: the access was atomic; the rest numbers the segment (segment.h). So a plain
 *          access never takes an atomic record for its own in the fast path [HB-AT-03].
 * mask     The touched bytes of the granule; never 0 in a record.
 * site     Leaf of the call tree (context.h): pc, kind of access, and the whole call path. 0: unknown.
 * shared   The word stands for a set of records (recset.h): { shared | wide | set 24 | mask 8 | segment 30 }.
 *          segment is that of the record added last, and mask the bytes of all records of that
 *          segment, so that their owner still hits in the fast path.
 * wide     Of a shared word of reads: what is repeated is about the whole block (wide.h).
 * LOCKED   shared, site all ones, mask 0; the segment field holds the fork generation of the owner.
 */
#ifndef RADDLE_DETECTOR_RECORD_H
#define RADDLE_DETECTOR_RECORD_H

#include "detector/base.h"
#include "detector/hot.h"

#define RECORD_SHARED    ((uint64_t)1 << 63)
#define RECORD_WIDE      ((uint64_t)1 << 62)
#define RECORD_SITE_MAX  ((1u << 25) - 1)
#define RECORD_SET_MAX   ((1u << 24) - 1)
#define RECORD_LOCKED    (RECORD_SHARED | (uint64_t)RECORD_SITE_MAX << RECORD_SITE_AT)
#define RECORD_ATOMIC    1u
#define RECORD_HINT_BITS (((uint64_t)1 << RECORD_SITE_AT) - 1)
#define RECORD_SEGMENT   ((1u << RECORD_MASK_AT) - 1)

static inline uint64_t record_make(uint32_t site, uint32_t mask, uint32_t segment) {
    return (uint64_t)site << RECORD_SITE_AT | (uint64_t)mask << RECORD_MASK_AT | segment;
}

static inline uint32_t record_site(uint64_t rec) {
    return (uint32_t)(rec >> RECORD_SITE_AT) & RECORD_SITE_MAX;
}

/* Of a shared word. */
static inline uint32_t record_set(uint64_t rec) {
    return (uint32_t)(rec >> RECORD_SITE_AT) & RECORD_SET_MAX;
}

static inline uint32_t record_mask(uint64_t rec) {
    return (uint32_t)(rec >> RECORD_MASK_AT) & RECORD_ALL;
}

static inline uint32_t record_segment(uint64_t rec) {
    return (uint32_t)rec & RECORD_SEGMENT;
}

static inline bool record_is_atomic(uint64_t rec) {
    return (rec & RECORD_ATOMIC) != 0;
}

static inline bool record_is_shared(uint64_t rec) {
    return (rec & RECORD_SHARED) != 0;
}

static inline bool record_is_locked(uint64_t rec) {
    return (rec & ~(uint64_t)RECORD_SEGMENT) == RECORD_LOCKED;
}

static inline uint64_t record_with_mask(uint64_t rec, uint32_t mask) {
    return (rec & ~((uint64_t)RECORD_ALL << RECORD_MASK_AT)) | (uint64_t)mask << RECORD_MASK_AT;
}

/* The word that stands for set number `set`; `last` is the record added last, or 0. */
static inline uint64_t record_of_set(uint32_t set, uint64_t last) {
    return RECORD_SHARED | (uint64_t)set << RECORD_SITE_AT | (last & RECORD_HINT_BITS);
}

static inline uintptr_t record_granule(uintptr_t addr) {
    return addr & ~(uintptr_t)(HOT_GRANULE - 1);
}

/* The bytes of the granule at `granule` that [addr, addr + size) touches. */
static inline uint32_t record_bytes(uintptr_t granule, uintptr_t addr, size_t size) {
    uintptr_t lo = addr > granule ? addr - granule : 0;
    uintptr_t hi = addr + size < granule + HOT_GRANULE ? addr + size - granule : HOT_GRANULE;
    return ((1u << hi) - 1) & ~((1u << lo) - 1);
}

static inline bool record_is_wide(uint64_t word) {
    return (word & (RECORD_SHARED | RECORD_WIDE)) == (RECORD_SHARED | RECORD_WIDE) &&
           !record_is_locked(word);
}

_Static_assert(1 + 25 + 8 + 30 == 64, "a record is one word");

#endif
