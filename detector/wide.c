/* wide.c - who has read how much of a block that many read? */
#include "detector/wide.h"

#include "detector/core.h"
#include "detector/state.h"

#define GRANULES     4u
#define ALL_GRANULES ((1u << GRANULES) - 1)

static uint64_t word_of_reads(const struct held_block *b, unsigned i) {
    return load_relaxed(b->words + SHADOW_READS + i);
}

/* `word` with the hint {segment, granules}. */
static uint64_t widened(uint64_t word, uint32_t segment, uint32_t granules) {
    bool is_all = granules == ALL_GRANULES;
    uint32_t odd = is_all ? 0 : RECORD_ATOMIC;
    uint64_t hint = record_make(0, is_all ? RECORD_ALL : granules, segment | odd);
    return (word & ~RECORD_HINT_BITS) | RECORD_WIDE | hint;
}

/* How good a place a word is for what a segment of t has read. Who is ordered before t has hardly more
 * to read here. */
enum { NO_SET, TAKEN, OUTDATED, NOT_WIDE, SAME_SEGMENT };

static int rank(struct det_task *t, uint64_t word, uint32_t segment) {
    if (!record_is_shared(word)) {
        return NO_SET;
    }
    if (!record_is_wide(word)) {
        return NOT_WIDE;
    }
    uint32_t other = record_segment(word) & ~RECORD_ATOMIC;
    return other == segment ? SAME_SEGMENT : access_finds_past(t, other) ? OUTDATED : TAKEN;
}

struct place {
    unsigned at;
    int rank;
};

/* The best of the four. Among equals each task has one of its own, so that two do not drive each other
 * out by turns while the words of tasks that ended stay. */
static struct place place_for(struct det_task *t, const struct held_block *b, uint32_t segment) {
    unsigned first = segment_at(segment)->task % GRANULES;
    struct place best = {first, NO_SET};
    for (unsigned i = 0; i < GRANULES && best.rank != SAME_SEGMENT; i++) {
        unsigned at = (first + i) % GRANULES;
        int here = rank(t, word_of_reads(b, at), segment);
        best = here > best.rank ? (struct place){at, here} : best;
    }
    return best;
}

/* Notes for t that `segment` has read all of `granules`; if that has to drive another task out, only if it
 * may. */
static void add(struct det_task *t, struct held_block *b, uint32_t segment, uint32_t granules,
                bool may) {
    struct place place = place_for(t, b, segment);
    if (place.rank > TAKEN || (may && place.rank == TAKEN)) {
        uint64_t word = word_of_reads(b, place.at);
        granules |= place.rank == SAME_SEGMENT ? record_mask(word) & ALL_GRANULES : 0;
        block_put(b, SHADOW_READS + place.at, widened(word, segment, granules));
    }
}

void wide_add(const struct access *a, struct held_block *b, unsigned i, uint64_t old) {
    uint64_t word = word_of_reads(b, i);
    if (!record_is_shared(word) || a->atomic || record_mask(word) != RECORD_ALL) {
        return; /* without a hint, or with one about bytes */
    }
    if (record_is_wide(old)) { /* what it said is still true */
        uint64_t kept = (word & ~RECORD_HINT_BITS) | RECORD_WIDE | (old & RECORD_HINT_BITS);
        block_put(b, SHADOW_READS + i, kept);
    } else if (record_mask(old) == RECORD_ALL && !record_is_atomic(old)) {
        add(a->t, b, record_segment(old), 1u << i, true);
    }
    add(a->t, b, a->segment, 1u << i, true);
}

/* Whether t's segment has read all of granule i. */
static bool has_read(const struct det_task *t, uint64_t *block, unsigned i) {
    uint64_t word = load_relaxed(block + SHADOW_READS + i);
    return record_is_shared(word)
               ? recset_has(block + SHADOW_READS + i, word, t, RECORD_ALL)
               : record_segment(word) == t->hot.segment && record_mask(word) == RECORD_ALL;
}

void wide_find(struct det_task *t, uintptr_t addr, bool insists) {
    uint64_t *block = shadow_block(addr);
    if (block != NULL && t->hot.segment != 0 && task_enter(t)) {
        struct held_block b = block_lock(block);
        uint32_t granules = 0; /* of all the block: an access may be of several */
        for (unsigned i = 0; i < GRANULES; i++) {
            granules |= has_read(t, block, i) ? 1u << i : 0;
        }
        if (granules != 0) {
            add(t, &b, (uint32_t)t->hot.segment, granules, insists);
        }
        block_unlock(&b);
        task_leave(t);
    }
}

void wide_end(struct held_block *b) {
    for (unsigned i = 0; i < GRANULES; i++) {
        uint64_t word = word_of_reads(b, i);
        if (record_is_wide(word)) {
            block_put(b, SHADOW_READS + i, record_of_set(record_set(word), 0));
        }
    }
}
