/* lockgraph.h - which lock was taken next after which, and does that go round?
 *
 * Model    A node is a lock, an edge from -> to says that `to` was taken when `from` was the last lock that its
 *          taker held. So whatever a task held when it took a lock, there is a path from it to that lock
 *          (lockorder.c links what was let go in between): n locks held are n - 1 edges, not n * n. A cycle is
 *          the least that a deadlock needs; lockcycle.h asks for the rest.
 * Cyclic   Nodes that were ever in a cycle are marked so (lockround.h). Marks are never taken back: what is no longer
 *          true only costs time.
 * Budget   Searches take steps: a number that is there from the start, and more for each nesting, so that
 *          they stay in proportion to what the program does, and whoever waits for the lock meanwhile.
 * Lives    A node dies with its lock, and its edges with it; numbers are used again.
 * Thread   The caller holds lockorder's lock.
 */
#ifndef RADDLE_DETECTOR_LOCKGRAPH_H
#define RADDLE_DETECTOR_LOCKGRAPH_H

#include "detector/arena.h"

#define LOCKGRAPH_BUCKETS (1u << 18)
#define STEPS_AT_FIRST    ((uint64_t)1 << 24) /* some hundredths of a second in all */
#define STEPS_EACH        512u

struct lock_node {
    uintptr_t lock;
    uint64_t born;    /* lockorder's turn */
    uint32_t next;    /* in its bucket; of a free one: the next */
    uint32_t out, in; /* first edges */
    uint32_t seen;    /* of the last walk that met it */
    bool cyclic;
    uint32_t round;
    uint32_t next_member, prev_member; /* of it */
    /* Signatures (lockset.h) of what was held by who went on from here, or all bits if that is not known. */
    uint64_t beyond;
    uint32_t alone[2]; /* lockorder.c's: nestings in itself, and who writes */
};

struct lock_edge {
    uint32_t from, to;
    uint32_t next; /* in its bucket; of a free one: the next */
    uint32_t next_out, prev_out, next_in, prev_in;
    uint32_t nestings;  /* lockorder.c's */
    uint64_t signature; /* of what was held in all of these */
    bool full;          /* some of them are forgotten */
    bool plain;         /* not each time told by a nesting: a try, or something in between let go */
};

struct lock_list {
    uint32_t *at;
    uint32_t n, room;
};

struct lock_graph {
    struct table nodes, edges;
    uint32_t free_node, free_edge;
    uint32_t *node_buckets, *edge_buckets; /* NULL until the first */
    uint32_t n_edges;
    uint32_t walk;
    uint64_t earned, taken; /* steps */
};

DET_HIDDEN struct lock_node *lockgraph_node(uint32_t number);
DET_HIDDEN struct lock_edge *lockgraph_edge(uint32_t number);
/* The node of a lock; 0: none, or (make) no room. */
DET_HIDDEN uint32_t lockgraph_find(uintptr_t lock);
DET_HIDDEN uint32_t lockgraph_make(uintptr_t lock, uint64_t born);
/* The edge; 0: no room. */
DET_HIDDEN uint32_t lockgraph_link(uint32_t from, uint32_t to);
/* Drops a node and its edges; told of each edge before. */
DET_HIDDEN void lockgraph_drop(uint32_t node, void (*gone)(struct lock_edge *edge));

/* Steps that are left; takes so many. */
DET_HIDDEN uint64_t lockgraph_steps(void);
DET_HIDDEN void lockgraph_take_steps(uint64_t n);

/* A walk: begin, then nodes are new to it once. */
DET_HIDDEN void lockgraph_walk(struct lock_list *found);
DET_HIDDEN bool lockgraph_meet(struct lock_list *found, uint32_t node);
/* Adds a number; false: no memory. */
DET_HIDDEN bool lock_list_add(struct lock_list *list, uint32_t number);

/* For tests: NULL, or which law is broken. */
DET_HIDDEN const char *lockgraph_check(void);

#endif
