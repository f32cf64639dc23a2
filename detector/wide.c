/* wide.c - who has read how much of a block that many read? */
#include "detector/wide.h"

#include "detector/core.h"
#include "detector/state.h"

#define GRANULES 4u

static uint64_t word_of_reads(const struct held_block *b, unsigned i) {
    return load_relaxed(b->words + SHADOW_READS + i);
}

/* `word` with the hint {segment, granules}. */
static uint64_t widened(uint64_t word, uint32_t segment, uint32_t granules) {
    uint32_t odd = granules == 0xf ? 0 : RECORD_ATOMIC;
    uint64_t hint = record_make(0, granules, segment | odd);
    return (word & ~RECORD_HINT_BITS) | RECORD_WIDE | hint;
}

/* How good a place a word is for what `segment` has read. */
enum { NO_SET, TAKEN, OUTDATED, NOT_WIDE, SAME_SEGMENT };

static int rank(uint64_t word, uint32_t segment) {
    if (!record_is_shared(word)) {
        return NO_SET;
    }
    if (!record_is_wide(word)) {
        return NOT_WIDE;
    }
    uint32_t other = record_segment(word) & ~RECORD_ATOMIC;
    bool same_task = segment_at(other)->task == segment_at(segment)->task;
    return other == segment ? SAME_SEGMENT : same_task ? OUTDATED : TAKEN;
}

/* The best of the four. Among equals each task has one of its own, so that two do not drive each other
 * out by turns while the words of tasks that ended stay. */
static unsigned place_for(const struct held_block *b, uint32_t segment) {
    unsigned first = segment_at(segment)->task % GRANULES;
    unsigned place = first;
    int best = NO_SET;
    for (unsigned i = 0; i < GRANULES && best != SAME_SEGMENT; i++) {
        unsigned at = (first + i) % GRANULES;
        int here = rank(word_of_reads(b, at), segment);
        if (here > best) {
            best = here;
            place = at;
        }
    }
    return place;
}

/* Notes that `segment` has read all of granule i, whose word is a set's; if that has to drive another
 * task out, only if it may. */
static void add(struct held_block *b, uint32_t segment, unsigned i, bool may) {
    unsigned place = place_for(b, segment);
    uint64_t word = word_of_reads(b, place);
    int found = rank(word, segment);
    if (found > TAKEN || may) {
        uint32_t granules = 1u << i | (found == SAME_SEGMENT ? record_mask(word) : 0);
        block_put(b, SHADOW_READS + place, widened(word, segment, granules));
    }
}

void wide_add(const struct access *a, struct held_block *b, unsigned i, uint64_t old) {
    uint64_t word = word_of_reads(b, i);
    if (!record_is_shared(word) || a->atomic || record_mask(word) != 0xf) {
        return; /* without a hint, or with one about bytes */
    }
    if (record_is_wide(old)) { /* what it said is still true */
        uint64_t kept = (word & ~RECORD_HINT_BITS) | RECORD_WIDE | (old & RECORD_HINT_BITS);
        block_put(b, SHADOW_READS + i, kept);
    } else if (record_mask(old) == 0xf && !record_is_atomic(old)) {
        add(b, record_segment(old), i, true);
    }
    add(b, a->segment, i, true);
}

void wide_find(struct det_task *t, uintptr_t addr, bool insists) {
    uint64_t *block = shadow_block(addr);
    if (block != NULL && task_enter(t)) {
        unsigned i = (unsigned)(addr >> 2) & 3;
        struct held_block b = block_lock(block);
        uint64_t word = word_of_reads(&b, i);
        if (record_is_shared(word) && recset_has(block + SHADOW_READS + i, word, t, 0xf)) {
            add(&b, (uint32_t)t->hot.segment, i, insists);
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
