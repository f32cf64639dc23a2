/* segment.c - which task, at which of its epochs, holding which locks, made a record? */
#include "detector/segment.h"

#include "detector/state.h"

#define DISCARD_FROM ((size_t)16 * BASE_PAGE) /* less memory of free segments is not given back */

static struct segment *entry(uint32_t index) {
    return table_at(&det.segments.table, SEGMENT_SHAPE, index);
}

const struct segment *segment_at(uint32_t number) {
    return entry(number >> 1);
}

uint32_t segment_last(void) {
    return (uint32_t)det.segments.table.next;
}

void segment_init(void) {
    det.segments.limit = (uint32_t)SEGMENT_SHAPE.limit;
}

/* -- taking --------------------------------------------------------------------------------- */

/* The front part of the first free run. */
static void take_free(struct segment_state *state, struct segment_batch *batch, uint32_t want) {
    uint32_t first = state->free;
    struct segment run = *entry(first);
    uint32_t n = run.at < want ? run.at : want;
    if (n < run.at) {
        *entry(first + n) = (struct segment){.at = run.at - n, .lockset = run.lockset};
        state->free = first + n;
    } else {
        state->free = run.lockset;
    }
    batch->next = first;
    batch->left = n;
}

static void take_fresh(struct segment_state *state, struct segment_batch *batch, uint32_t want) {
    uint32_t room = state->limit - 1 > segment_last() ? state->limit - 1 - segment_last() : 0;
    want = want < room ? want : room;
    batch->next = want ? table_take_some(&state->table, SEGMENT_SHAPE, want) : 0;
    batch->left = batch->next ? want : 0;
}

static bool refill(struct segment_batch *batch) {
    struct segment_state *state = &det.segments;
    batch->size = batch->size == 0 ? 1 : batch->size * 2;
    batch->size = batch->size < SEGMENT_BATCH ? batch->size : SEGMENT_BATCH;
    spin_lock(&state->lock);
    if (state->free) {
        take_free(state, batch, batch->size);
    } else {
        take_fresh(state, batch, batch->size);
    }
    state->taken += batch->left;
    bool due = state->taken >= state->due;
    spin_unlock(&state->lock);
    if (due) {
        collect_want();
    }
    return batch->left > 0;
}

uint32_t segment_new(struct segment_batch *batch, uint32_t task, uint32_t at, uint32_t lockset) {
    if (batch->left == 0 && !refill(batch)) {
        limit_raise(LIMIT_SEGMENTS_FULL);
        return 0;
    }
    batch->left--;
    uint32_t index = batch->next++;
    *entry(index) = (struct segment){.task = task, .at = at, .lockset = lockset};
    return index << 1;
}

void segment_give_back(struct segment_batch *batch) {
    struct segment_state *state = &det.segments;
    if (batch->left) {
        spin_lock(&state->lock);
        *entry(batch->next) = (struct segment){.at = batch->left, .lockset = state->free};
        state->free = batch->next;
        spin_unlock(&state->lock);
    }
    *batch = (struct segment_batch){0};
}

/* Those at the front are taken first, so what is taken beyond `kept` comes back into memory. */
uint64_t segment_absent_bytes(void) {
    const struct segment_state *state = &det.segments;
    uint32_t back = state->taken > state->kept ? state->taken - state->kept : 0;
    return (uint64_t)(state->absent > back ? state->absent - back : 0) * sizeof(struct segment);
}

uint64_t segment_bytes(void) {
    return segment_last() * sizeof(struct segment) - segment_absent_bytes();
}

/* -- taking back ---------------------------------------------------------------------------- */

/* Gives the pages of free segments back, but for the first of the run, which holds its length. Returns
 * how many bytes. */
static size_t discard(uint32_t first, uint32_t n) {
    uint32_t in_chunk = 1u << SEGMENT_SHAPE.chunk_shift;
    size_t bytes = 0;
    for (uint64_t at = (uint64_t)first + 1, end = (uint64_t)first + n; at < end;) {
        uint64_t chunk_end = (at | (in_chunk - 1)) + 1;
        uint32_t here = (uint32_t)((chunk_end < end ? chunk_end : end) - at);
        uintptr_t lo = (uintptr_t)entry((uint32_t)at);
        uintptr_t hi = (lo + here * sizeof(struct segment)) & ~(uintptr_t)(BASE_PAGE - 1);
        lo = (lo + BASE_PAGE - 1) & ~(uintptr_t)(BASE_PAGE - 1);
        if (hi > lo && hi - lo >= DISCARD_FROM) {
            det.host->discard(lo, hi - lo);
            bytes += hi - lo;
        }
        at += here;
    }
    return bytes;
}

void segment_sweep(const struct marks *live) {
    struct segment_state *state = &det.segments;
    uint32_t last = segment_last(), tail = 0;
    uint64_t n_free = 0, kept = 0;
    size_t absent = 0;
    state->free = 0;
    for (uint32_t at = 1; at <= last;) {
        uint32_t first = marks_next(live, at, false);
        if (first > last) {
            break;
        }
        at = marks_next(live, first, true);
        *entry(first) = (struct segment){.at = at - first};
        *(tail ? &entry(tail)->lockset : &state->free) = first;
        tail = first;
        if (n_free > state->due) { /* those before will be needed soon */
            absent += discard(first, at - first);
        } else {
            kept += at - first;
        }
        n_free += at - first;
    }
    state->taken = 0;
    state->absent = (uint32_t)(absent / sizeof(struct segment));
    state->kept = (uint32_t)kept;
}
