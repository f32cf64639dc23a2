/* reach.h - what memory can be got at, from where?
 *
 * Model    Memory is divided in three, as the finders of leaks do it, for one moment at which nothing runs:
 *            pieces   live heap blocks, and the stacks of tasks that wait: reached if a word that was seen
 *                     points into them, and then all their words are seen
 *            holes    the detector's own memory, freed blocks, stacks that nobody is on: never seen
 *            the rest static variables, mappings, whatever is not known better: always seen
 *          Whatever is not sure counts as reached: the error side is a deadlock that is not told.
 * Words    At each multiple of 8; if `exact`, at each byte, since packed structures keep pointers anywhere.
 *          A pointer that is kept in no such form (encrypted, compressed, in a file) is not seen.
 * Order    reach_new, while all runs; then, while all is stopped: reach_piece, reach_hole, reach_root;
 *          reach_seal; reach_see, reach_follow; reach_has. reach_drop.
 * Thread   one at a time: whoever looks for deadlocks. Takes no lock, maps nothing, between new and drop.
 */
#ifndef RADDLE_DETECTOR_REACH_H
#define RADDLE_DETECTOR_REACH_H

#include "detector/base.h"

/* Where a word was seen. What the allocator keeps of a free chunk points to the end of the block before it, or to
 * its last word: there, and only there, such a word does not lead to the block. */
enum reach_from { REACH_FROM_ALLOCATOR, REACH_FROM_MEMORY, REACH_FROM_STACK, REACH_FROM_RUNNING };

enum reach_kind {
    REACH_BLOCK,
    REACH_STACK,
    REACH_TASK /* what a runtime keeps of a task: reached only from code that runs now */
};

/* [lo, hi). tag: enum reach_kind of a piece. */
struct reach_span {
    uintptr_t lo, hi;
    uint32_t tag;
    bool marked;
};

struct reach_spans {
    struct reach_span *at;
    uint32_t n, room;
};

#define REACH_BUFFER_BYTES 65536u
#define REACH_PAGES        262144u /* bits of the filter: which pages, folded, have pieces */

struct reach {
    struct reach_spans pieces, holes, roots; /* roots: seen once it is sealed */
    struct reach_spans rest;  /* what is no rest: union of pieces and holes, in order */
    struct reach_span *spare; /* to sort */
    uint32_t *pending;        /* pieces that were reached, and not seen yet */
    uint32_t n_pending;
    uint64_t *pages;
    uintptr_t lo, hi; /* of all pieces */
    /* How memory is read that might not be readable; NULL: as it is. */
    size_t (*copy)(void *to, uintptr_t from, size_t n);
    uint64_t *buffer; /* REACH_BUFFER_BYTES, and then a page: the one at `page` */
    uintptr_t page;
    bool exact;
    bool full; /* there was no room for all: it says nothing */
};

/* Room for so many pieces, and as many holes and roots. False: no memory. */
DET_HIDDEN bool reach_new(struct reach *r, uint32_t room);
DET_HIDDEN void reach_drop(struct reach *r);

DET_HIDDEN void reach_piece(struct reach *r, uintptr_t lo, uintptr_t hi, enum reach_kind kind);
DET_HIDDEN void reach_hole(struct reach *r, uintptr_t lo, uintptr_t hi);
/* All its words are to be seen. */
DET_HIDDEN void reach_root(struct reach *r, uintptr_t lo, uintptr_t hi, enum reach_from from);
/* All pieces, holes and roots are there. */
DET_HIDDEN void reach_seal(struct reach *r);

/* Spans that are in order once they were sorted. */
DET_HIDDEN bool reach_spans_new(struct reach_spans *spans, uint32_t room);
DET_HIDDEN void reach_spans_drop(struct reach_spans *spans);
/* An empty one is left out; one that there is no room for makes `r` full. */
DET_HIDDEN void reach_add(struct reach *r, struct reach_spans *spans, struct reach_span span);
/* Of at most as many spans as there is room for. */
DET_HIDDEN void reach_sort(struct reach *r, struct reach_spans *spans);
/* How many of those, in order, begin at addr or below. */
DET_HIDDEN uint32_t reach_count_up_to(const struct reach_spans *spans, uintptr_t addr);

/* Sees the words of [lo, hi), whatever it is. */
DET_HIDDEN void reach_see(struct reach *r, uintptr_t lo, uintptr_t hi, enum reach_from from);
/* Shows what is neither piece nor hole of [lo, hi). */
DET_HIDDEN void reach_each_rest(const struct reach *r, uintptr_t lo, uintptr_t hi,
                                void (*see)(uintptr_t lo, uintptr_t hi));
/* Sees one word. */
DET_HIDDEN void reach_word(struct reach *r, uintptr_t word, enum reach_from from);
/* Sees whatever was reached, until nothing is new. */
DET_HIDDEN void reach_follow(struct reach *r);
/* Whether addr lies in no piece, or in one that was reached. */
DET_HIDDEN bool reach_has(const struct reach *r, uintptr_t addr);

#endif
