/* recset.h - the records of one word when one record cannot stand for all of them.
 *
 * Model    A set of records of one kind (writes, or reads) of one granule: as many as are needed, so
 *          that no unordered reader is ever dropped; today's detectors keep a fixed number of cells
 *          and lose one at random.
 * Form     A few records stand in the set itself, which is one cache line, so that a reader finds
 *          its own with one load beyond the word. More stand in two open-addressing tables, plain
 *          and atomic records, keyed by task, so that one reader more costs O(1) however many there
 *          are, and atomic writers need not look at each other. Before a set grows it is purged of
 *          records that the newcomer makes superfluous.
 * Lock     The lock of the block whose word names the set (block.h). Only recset_peek works without:
 *          `version` is odd while the set changes, and rises with every change and every
 *          life of the set; what was read between two equal even versions, while the word did not
 *          change, was true [a sequence lock]. Sets are never anything else, and the memory of a
 *          table stays mapped, so that the reads themselves are always safe.
 * Law      A set holds at least two records; one record alone goes back into the word. Records stand
 *          in `few` or in tables, never in both.
 */
#ifndef RADDLE_DETECTOR_RECSET_H
#define RADDLE_DETECTOR_RECSET_H

#include "detector/arena.h"
#include "detector/record.h"

#define RECSET_SLABS 8u

struct access;
struct det_task;

struct recset_entry {
    uint64_t rec; /* 0: free */
    uint32_t task;
    uint32_t at;
};

/* Law: n <= room * 3 / 4, so that every probe ends. */
struct recset_table {
    uint32_t room; /* power of two */
    uint32_t n;
    struct recset_entry slot[];
};

#define RECSET_FEW 5u

struct recset {
    uint32_t version;
    uint32_t next;   /* free list */
    uintptr_t by[2]; /* [0] plain, [1] atomic: table | steps << 48, see room_in; 0: empty */
    uint64_t few[RECSET_FEW]; /* 0: free */
};

_Static_assert(sizeof(struct recset) == 64, "a set of few records is one cache line");

#define RECSET_SPARES 4u

/* A free set that a task keeps at hand, as the next one is mostly wanted nearby; number 0: none. */
struct recset_spare {
    uint32_t number;
    uintptr_t granule; /* where it was */
};

struct recset_state {
    struct table table;
    struct recset_slab {
        struct spin lock;
        uint32_t free;
    } slabs[RECSET_SLABS];
};

/* The word for `other` (which stays beside it) and a's own record; 0: no memory. */
DET_HIDDEN uint64_t recset_pair(const struct access *a, uint64_t other);
/* What takes the place of `old`, not 0, when t's plain record rec joins it, if all that is not of rec's segment
 * is ordered before t: bytes that change hands one by one, when the last one has gone, are a single record
 * again. 0: it is unusual, and nothing has changed. The block is held. */
DET_HIDDEN uint64_t recset_take(struct det_task *t, uint64_t old, uint64_t rec, uintptr_t granule);
/* Adds a's record to the set of the word `old`, whose block is held, drops what that makes superfluous and, if
 * `judge`, notes a conflict. Returns the new word. */
DET_HIDDEN uint64_t recset_put(struct access *a, uint64_t old, bool judge);
/* Judges a against the set of the word `old`, whose block is held; drops what a makes superfluous if `drop`.
 * Returns the new word. */
DET_HIDDEN uint64_t recset_meet(struct access *a, uint64_t old, bool drop);
/* Whether the set that `seen`, read from *word, names has a record of a's own segment that covers a.
 * No lock; false also when the set was changed meanwhile. Cost: one cache line for few records. */
DET_HIDDEN bool recset_peek(const struct access *a, const uint64_t *word, uint64_t seen);

/* Likewise, for a plain access of t to the bytes of mask. `seen` is not locked. */
DET_HIDDEN bool recset_has(const uint64_t *word, uint64_t seen, const struct det_task *t,
                           uint32_t mask);
/* Whether t is ordered after every plain record of the set that `seen`, read from *word, names. No lock;
 * false also when the set is large, or was changed meanwhile. */
DET_HIDDEN bool recset_is_after(struct det_task *t, const uint64_t *word, uint64_t seen);
/* Whether t is ordered after every record of the set of `word`, of writes, whose block is held;
 * false also when the set is large. */
DET_HIDDEN bool recset_all_past(struct det_task *t, uint64_t word);
/* Puts `to` in the place of `from`, of the same kind and bytes, in the set of the word `old`, whose block is
 * held. Returns the new word; 0: `from` does not stand in the set itself. */
DET_HIDDEN uint64_t recset_exchange(uint64_t old, uint64_t from, uint64_t to);

/* Of a task that ends. */
DET_HIDDEN void recset_give_back(struct recset_spare *spare);
DET_HIDDEN void recset_free(uint32_t number, uintptr_t granule);
/* Forgets the bytes not in `keep` of every record of the word `old`, whose block is held. Returns the
 * new word. */
DET_HIDDEN uint64_t recset_trim(uint64_t old, uint32_t keep, uintptr_t granule);

/* Shows every record of every set. Nobody else is in the core. */
DET_HIDDEN void recset_visit(void (*see)(uint64_t rec, void *context), void *context);

/* Whether `is` is true of all records of a set. Likewise. */
DET_HIDDEN bool recset_all(uint32_t number, bool (*is)(uint64_t rec, void *context), void *context);

/* For tests: NULL, or which law is broken. */
DET_HIDDEN const char *recset_check(uint32_t number);
DET_HIDDEN uint32_t recset_records(uint32_t number);

#endif
