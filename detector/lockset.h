/* lockset.h - which locks did a task hold, and where had it taken them?
 *
 * Model    A lock set is a path of a tree, like a call path: a node is {lock, mode, site, the set
 *          without it}, in the order of taking. 0: none.
 * Numbers  Made only when something is recorded. Equal sets mostly have equal numbers: a task knows the
 *          numbers of what it holds and held last, and a table of one entry for each hash knows those
 *          made last, so that a miss costs a node and never a search. (A table with chains under one lock
 *          was half of the time of a program with 10^4 locks.)
 * Signature  A bit for each lock of the set, of 64: sets whose signatures do not meet have no lock in common.
 * Use      Reports only: a lock orders by its acquire and release, never by being held.
 * Memory   Nodes that no segment and no task refers to are used again (collect.h); without room a set
 *          reads as smaller, which costs a line of a report.
 */
#ifndef RADDLE_DETECTOR_LOCKSET_H
#define RADDLE_DETECTOR_LOCKSET_H

#include "detector/event.h"
#include "detector/marks.h"

#define LOCKSET_RECENT  ((size_t)1 << 12)
#define LOCKSET_BATCH   16u
#define HELD_AGAIN_MOST 16u

struct held_lock {
    uintptr_t lock;
    uint32_t mode; /* enum ev_lock_mode bits */
    uint32_t site;
};

struct lockset_node {
    struct held_lock held;
    uint32_t without; /* of a free or spare one: the next one */
    uint64_t signature;
};

/* The locks a task holds now, in the order of taking: the first n.
 * Law      number[i] is the set of lock[0..i] for i < numbered, which may pass n: what was released last
 *          is still known. A change of lock[i] lowers numbered to at most i, so that a lock more or
 *          less at the end costs one step, and the same one taken again costs none. */
struct held_locks {
    struct held_lock *lock;
    uint32_t *number;
    uint32_t n, room, numbered;
    uint32_t linked; /* lock[0..linked] are a path of the graph (lockorder.h); likewise lowered */
    uint64_t sum;    /* of lockset_hash of each: equal sets have equal ones, in whatever order */
    uint32_t spare;  /* numbers taken before they are needed, as a list; 0: none */
    uint32_t batch;  /* how many at once the last time, at most LOCKSET_BATCH */
};

static inline uint64_t lockset_hash(const struct held_lock *held) {
    return mix64(held->lock * 2 + (held->mode & EV_LOCK_READ));
}

static inline uint64_t lockset_bit(uintptr_t lock) {
    return (uint64_t)1 << (mix64(lock) >> 58);
}

struct lockset_state {
    struct table nodes;
    struct spin lock; /* of free */
    uint32_t free;
    uint64_t *recent; /* by hash: upper half of the hash, number */
};

DET_HIDDEN bool lockset_init(void);

/* A lock that is taken again by its holder was released by somebody else: it stands here once. But readers
 * nest: of those of one place HELD_AGAIN_MOST are kept, since theirs may be let go by somebody else, too. */
DET_HIDDEN void lockset_add(struct held_locks *held, struct held_lock lock);
/* Removes the one taken last, of this mode if there is one; false: there is none at all. */
DET_HIDDEN bool lockset_remove(struct held_locks *held, uintptr_t lock, uint32_t mode);
/* The hold of that lock, copied, of a task that may change its own meanwhile: an array that was given up is still
 * memory (arena.h). False: it has none, and seen->lock is 0. */
DET_HIDDEN bool lockset_seen(const struct held_locks *held, uintptr_t lock, struct held_lock *seen);
DET_HIDDEN uint32_t lockset_number(struct held_locks *held);
DET_HIDDEN void lockset_drop(struct held_locks *held);
/* NULL for 0. Step on with ->without. */
DET_HIDDEN const struct lockset_node *lockset_at(uint32_t number);
DET_HIDDEN uint64_t lockset_signature(uint32_t number);

/* For collections: the highest number; marks a set and all that are parts of it; marks what a task
 * holds; takes back all that is not marked. */
DET_HIDDEN uint32_t lockset_last(void);
DET_HIDDEN void lockset_mark(struct marks *needed, uint32_t number);
DET_HIDDEN void lockset_mark_held(struct marks *needed, const struct held_locks *held);
DET_HIDDEN void lockset_sweep(const struct marks *needed);

#endif
