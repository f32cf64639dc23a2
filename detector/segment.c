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

/* -- groups --------------------------------------------------------------------------------- */

static uint64_t *group_word(uint32_t index) {
    return table_at(&det.segments.groups, SEGMENT_GROUP_SHAPE, index / SEGMENT_GROUP + 1);
}

uint64_t segment_group(uint32_t number) {
    return load_relaxed(group_word(number >> 1));
}

/* Relaxed: who looks up a segment that is in use has it from a record that was published later. */
static void group_set(uint32_t index, uint64_t word) {
    __atomic_store_n(group_word(index), word, __ATOMIC_RELAXED);
}

/* Memory for the group of index, which lies after all others; under the lock. */
static bool group_make(uint32_t index) {
    struct table *groups = &det.segments.groups;
    while (groups->next < index / SEGMENT_GROUP + 1) {
        if (table_take(groups, SEGMENT_GROUP_SHAPE) == 0) {
            return false;
        }
    }
    return true;
}

void segment_close(const struct segment_batch *batch) {
    uint32_t last = batch->next - 1; /* the last one given: each batch gives one at once */
    if (batch->next != 0 && load_relaxed(group_word(last)) != 0) {
        group_set(last, (uint64_t)entry(last)->at << 32 | entry(last)->task);
    }
}

/* -- runs of free ones ---------------------------------------------------------------------- */

static void push(struct segment_runs *runs, uint32_t first, uint32_t n) {
    *entry(first) = (struct segment){.at = n};
    *(runs->last ? &entry(runs->last)->lockset : &runs->first) = first;
    runs->last = first;
    runs->n += n;
}

/* Up to `want` of the first run into the batch, which has none left. */
static void take(struct segment_runs *runs, struct segment_batch *batch, uint32_t want) {
    uint32_t first = runs->first;
    struct segment run = *entry(first);
    uint32_t n = run.at < want ? run.at : want;
    if (n < run.at) {
        *entry(first + n) = (struct segment){.at = run.at - n, .lockset = run.lockset};
        runs->last = runs->last == first ? first + n : runs->last;
        runs->first = first + n;
    } else {
        runs->last = runs->last == first ? 0 : runs->last;
        runs->first = run.lockset;
    }
    runs->n -= n;
    batch->next = first;
    batch->left = n;
}

void segment_fork_child(void) {
    struct segment_state *state = &det.segments;
    if (__atomic_load_n(&state->lock.held, __ATOMIC_RELAXED) != 0) {
        state->whole = state->rest = (struct segment_runs){0};
    }
}

/* -- taking --------------------------------------------------------------------------------- */

static void take_fresh(struct segment_state *state, struct segment_batch *batch) {
    uint32_t next = segment_last() + 1;
    uint32_t end = (next | (SEGMENT_GROUP - 1)) + 1;
    end = end < state->limit ? end : state->limit;
    bool made = next < end && group_make(next);
    batch->next = made ? table_take_some(&state->table, SEGMENT_SHAPE, end - next) : 0;
    batch->left = batch->next ? end - next : 0;
}

/* A group of its own: one that was given back, or a fresh one. */
static void take_group(struct segment_state *state, struct segment_batch *batch, uint32_t task) {
    if (state->whole.first) {
        take(&state->whole, batch, SEGMENT_GROUP);
        state->taken_whole += batch->left;
    } else {
        take_fresh(state, batch);
    }
    if (batch->left) {
        group_set(batch->next, SEGMENT_OPEN | task);
    }
}

static void take_rest(struct segment_state *state, struct segment_batch *batch, uint32_t want) {
    if (state->rest.first) {
        take(&state->rest, batch, want);
        group_set(batch->next, 0);
    }
}

/* A task of many segments takes a group of its own each time, unless most of all numbers are
 * left over from others' groups; one of few shares. */
static void take_shared(struct segment_state *state, struct segment_batch *batch, uint32_t task) {
    uint32_t want = batch->size;
    if (want == SEGMENT_GROUP && state->rest.n <= segment_last() / 2) {
        take_group(state, batch, task);
    }
    if (batch->left == 0) {
        take_rest(state, batch, want);
    }
    if (batch->left == 0) {
        take_group(state, batch, task);
        if (batch->left > want) {
            group_set(batch->next, 0);
            push(&state->rest, batch->next + want, batch->left - want);
            batch->left = want;
        }
    }
}

static bool refill(struct segment_batch *batch, uint32_t task) {
    struct segment_state *state = &det.segments;
    segment_close(batch);
    batch->size = batch->size == 0 ? 1 : batch->size * 2;
    batch->size = batch->size < SEGMENT_GROUP ? batch->size : SEGMENT_GROUP;
    if (batch->own.first) {
        take(&batch->own, batch, SEGMENT_GROUP);
        group_set(batch->next, SEGMENT_OPEN | task);
        batch->own_taken += batch->left;
        return true;
    }
    spin_lock(&state->lock);
    take_shared(state, batch, task);
    state->taken += batch->left + batch->own_taken;
    batch->own_taken = 0;
    bool due = state->taken >= state->due;
    spin_unlock(&state->lock);
    if (due) {
        collect_want();
    }
    return batch->left > 0;
}

uint32_t segment_new(struct segment_batch *batch, uint32_t task, uint32_t at, uint32_t lockset) {
    if (batch->left == 0 && !refill(batch, task)) {
        batch->next = 0; /* closed */
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
    segment_close(batch);
    if (batch->left || batch->own.first || batch->own_taken) {
        spin_lock(&state->lock);
        if (batch->left) {
            push(&state->rest, batch->next, batch->left);
        }
        if (batch->own.first) {
            *(state->rest.last ? &entry(state->rest.last)->lockset : &state->rest.first) =
                batch->own.first;
            state->rest.last = batch->own.last;
            state->rest.n += batch->own.n;
        }
        state->taken += batch->own_taken;
        spin_unlock(&state->lock);
    }
    *batch = (struct segment_batch){0};
}

/* Those at the front are taken first, so what is taken beyond `kept` comes back into memory. */
uint64_t segment_absent_bytes(void) {
    const struct segment_state *state = &det.segments;
    uint32_t back = state->taken_whole > state->kept ? state->taken_whole - state->kept : 0;
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

/* Free ones of a group that has others in use: its owner's, if there is one who may keep them. */
static void sweep_part(uint32_t first, uint32_t n, bool to_owners) {
    uint32_t task = (uint32_t)load_relaxed(group_word(first));
    struct det_task *owner = to_owners && task ? task_info(task)->live : NULL;
    push(owner && owner->id == task ? &owner->segments.own : &det.segments.rest, first, n);
}

/* Whole groups; returns how many bytes of them were given back. */
static size_t sweep_groups(uint32_t first, uint32_t n) {
    struct segment_state *state = &det.segments;
    bool needed = state->whole.n <= state->due; /* soon */
    push(&state->whole, first, n);
    state->kept += needed ? n : 0;
    return needed ? 0 : discard(first, n);
}

void segment_sweep(const struct marks *live) {
    struct segment_state *state = &det.segments;
    uint32_t last = segment_last();
    size_t absent = 0;
    /* While there are too few others, nobody keeps free ones for himself. */
    bool to_owners = state->limit - 1 - last > state->due;
    state->whole = state->rest = (struct segment_runs){0};
    state->taken = state->taken_whole = state->kept = 0;
    for (uint32_t at = 1; at <= last;) {
        uint32_t first = marks_next(live, at, false);
        if (first > last) {
            break;
        }
        at = marks_next(live, first, true);
        at = at <= last ? at : last + 1;
        uint32_t begin = (first + SEGMENT_GROUP - 1) & ~(SEGMENT_GROUP - 1);
        uint32_t end = at & ~(SEGMENT_GROUP - 1);
        if (first < begin) {
            sweep_part(first, (begin < at ? begin : at) - first, to_owners);
        }
        if (begin < end) {
            absent += sweep_groups(begin, end - begin);
        }
        if (end >= begin && end < at) {
            sweep_part(end, at - end, to_owners);
        }
    }
    state->absent = (uint32_t)(absent / sizeof(struct segment));
}
