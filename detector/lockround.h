/* lockround.h - which locks reach each other, in what order are the rest taken, and who is in the way of a deadlock?
 *
 * Rounds   Law: nodes of the graph that reach each other are of one round. One that goes leaves the others in theirs: that is no
 *          longer true, perhaps, which only costs time.
 * Order    Law: each edge between two rounds goes from the lower rank to the higher. A new one against it turns
 *          the ranks between its ends over [PK06], and makes one round of what lies on a path back: so nearly every edge
 *          costs one comparison, and all joins together n log n, as the smaller round goes to the larger. Ranks
 *          begin as addresses: locks that are taken in that order never cost more.
 * Summary  Of all nestings that ever were of a round: the lock that was held outermost in each, and when the tasks were at it
 *          last. A cycle lies within a round, and is none if all have that lock as their gate, or if whoever else was at
 *          it is ordered before who is asked for: 10,000 locks that are taken in any order under one more, or by one task
 *          after the other, need no search.
 * Thread   The caller holds lockorder's lock.
 */
#ifndef RADDLE_DETECTOR_LOCKROUND_H
#define RADDLE_DETECTOR_LOCKROUND_H

#include "detector/lockgraph.h"

struct marks;
struct nesting;

#define LOCKROUND_TASKS 8u

/* A total order: no two rounds have the same. */
struct lock_rank {
    uintptr_t addr;
    uint64_t turn;
};

struct lock_summary {
    uintptr_t outer; /* 0: nothing yet; LOCKROUND_NONE: no lock was in each */
    uint32_t n;      /* tasks; more than LOCKROUND_TASKS: not all are here */
    struct {
        uint32_t task, at; /* epoch; task 0: it has gone */
    } last[LOCKROUND_TASKS];
};
#define LOCKROUND_NONE UINTPTR_MAX

/* Nodes that reach each other, or one alone. */
struct lock_round {
    struct lock_rank rank;
    struct lock_summary *summary; /* NULL: one alone, or no memory */
    uint32_t first, last;         /* members; of a free one: first is the next */
    uint32_t n;                   /* 0: free */
    uint32_t ahead, behind;       /* the last change of the order that met it so */
};

struct lockround_state {
    struct table rounds;
    uint32_t free_round;
    uint32_t order; /* the last change of it */
    bool turned;    /* there was one: else each lock's rank is its address */
    uint64_t turn;
    struct lock_list ahead, behind; /* of that change */
};

/* A round of the node alone; false: no room. */
DET_HIDDEN bool lockround_make(uint32_t node);
DET_HIDDEN void lockround_leave(const struct lock_node *node);
/* An edge is about to come. Cost: see Order. */
DET_HIDDEN void lockround_keep_order(uint32_t from, uint32_t to);
/* Whether the two are of one round, or in order. */
DET_HIDDEN bool lockround_is_kept(uint32_t from, uint32_t to);
/* Whether an edge could close a cycle. */
DET_HIDDEN bool lockround_may_close(uint32_t from, uint32_t to);

/* The nesting is new, or has come again. */
DET_HIDDEN void lockround_note(const struct nesting *nesting);
/* Whether no other nesting of its round can be under way together with it. Cost: a look at each of the tasks. */
DET_HIDDEN bool lockround_is_harmless(const struct nesting *nesting);
/* As in lockorder.h. */
DET_HIDDEN void lockround_mark(struct marks *tasks);
DET_HIDDEN void lockround_renamed(uint32_t old);

/* For tests: NULL, or which law is broken. */
DET_HIDDEN const char *lockround_check(void);

#endif
