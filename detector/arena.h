/* arena.h - where does the detector's memory come from, and how is it numbered?
 *
 * Blocks   arena_alloc gives zeroed memory of a size class, on whole cache lines if that is a multiple
 *          of them; freed blocks go back to their class and
 *          never to the system, so that a stale reader of one (recset_peek) never faults. Pages of
 *          a large freed block are given back; its addresses are not.
 * Tables   An append-only array that never moves: a directory of chunks, committed on first use.
 *          Index 0 is never handed out and means "none".
 * Thread   any. Errors: NULL or 0, after raising LIMIT_OUT_OF_MEMORY; nothing aborts.
 */
#ifndef RADDLE_DETECTOR_ARENA_H
#define RADDLE_DETECTOR_ARENA_H

#include "detector/base.h"

#define ARENA_CLASSES 112u

struct arena {
    struct spin lock; /* of the fresh range below */
    uintptr_t fresh, fresh_end;
    uint64_t bytes;    /* got from the system for blocks, and not given back */
    uint64_t tables;   /* for chunks of tables */
    size_t refused;    /* by the system, so many bytes; 0: nothing */
    uint32_t refusals; /* since then */
    struct arena_class {
        struct spin lock;
        void *free; /* chained through the first word */
    } classes[ARENA_CLASSES];
};

struct table {
    uint64_t next;     /* first index never taken; may pass the limit */
    uintptr_t *chunks; /* NULL until the first table_take */
    struct spin lock;
};

/* What a table holds: constants at every call, so that indexing compiles to shifts. */
struct table_shape {
    size_t item_bytes;
    uint32_t chunk_shift; /* items of a chunk, log2 */
    uint64_t limit;       /* indexes are below it */
};

/* Bytes of blocks and tables. */
DET_HIDDEN uint64_t arena_bytes(void);
DET_HIDDEN void *arena_alloc(size_t bytes);
/* bytes: as it was asked for. p may be NULL. */
DET_HIDDEN void arena_free(void *p, size_t bytes);
/* A copy of text, its owner's to free; NULL for an empty text or no memory. */
DET_HIDDEN char *arena_text(const char *text);
/* Large, lazily committed, never freed. 0: refused. */
DET_HIDDEN uintptr_t arena_reserve(size_t bytes);

/* The next free index with zeroed memory behind it, or 0 when the table or the memory is full. */
DET_HIDDEN uint32_t table_take(struct table *table, struct table_shape shape);
/* The first of n consecutive ones, n at most a chunk. */
DET_HIDDEN uint32_t table_take_some(struct table *table, struct table_shape shape, uint32_t n);

/* Whether there is memory behind an index. */
static inline bool table_has(const struct table *table, struct table_shape shape, uint32_t index) {
    return table->chunks && index < shape.limit && table->chunks[index >> shape.chunk_shift];
}

static inline void *table_at(const struct table *table, struct table_shape shape, uint32_t index) {
    uint32_t within = index & ((1u << shape.chunk_shift) - 1);
    return (void *)(table->chunks[index >> shape.chunk_shift] + within * shape.item_bytes);
}

#endif
