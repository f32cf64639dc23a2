/* context.h - by which chain of calls did a task get here?
 *
 * Model    A tree of call paths: a node is {return address, parent node}. A leaf names one place of
 *          one kind of access under one path: a *site*. Nodes are made when an access is recorded,
 *          never at a call, live for ever and belong to nobody, so that the stack of an access can
 *          be printed long after its task has ended.
 * Frames   A shadow-stack frame is the return address, or, once its path was needed,
 *          FRAME_NODE | node. 0: unknown, left out of the path.
 * Law      Frames below a materialised frame are materialised.
 * Folding  Beyond CONTEXT_FOLD_BUDGET nodes a call from the same place as one of the nearest
 *          FOLD_REACH callers gets that caller's node, which is marked, and the report says so.
 * Thread   Nodes: any, lock-free, append-only. Frames: the task's own events.
 */
#ifndef RADDLE_DETECTOR_CONTEXT_H
#define RADDLE_DETECTOR_CONTEXT_H

#include "detector/arena.h"

#define FRAME_NODE          ((uint64_t)1 << 63)
#define CONTEXT_BUCKETS     ((size_t)1 << 19)
#define CONTEXT_FOLD_BUDGET ((uint64_t)4 << 20)
#define CONTEXT_CACHE_SLOTS 64u
#define FRAMES_AT_FIRST     32u

/* key: pc in bits 0-47, and for a leaf its access bits and size code above, see below. */
struct context_node {
    uint64_t key;
    uint32_t parent; /* 0: outermost */
    uint32_t next;   /* in its bucket */
};

struct context_state {
    struct table nodes;
    uint32_t *buckets;
};

/* One task's memory of the sites it records at; only a shortcut. */
struct context_cache {
    struct {
        uint64_t key;
        uint32_t parent;
        uint32_t site;
    } slot[CONTEXT_CACHE_SLOTS];
};

DET_HIDDEN bool context_init(void);

/* The site of an access or event at pc in t's present path; size only matters for reports. 0, after
 * raising LIMIT_SITES_FULL: no room. */
DET_HIDDEN uint32_t context_site(struct det_task *t, uintptr_t pc, uint32_t access, size_t size);

DET_HIDDEN uint32_t context_access(uint32_t site); /* enum ev_access bits */
DET_HIDDEN uint32_t context_size(uint32_t site);   /* 1, 2, 4, 8, 16; 0: unknown */
DET_HIDDEN uintptr_t context_pc(uint32_t site);
/* Writes up to `room` return addresses, innermost first; returns how many there are. */
DET_HIDDEN size_t context_frames(uint32_t site, uint64_t *pcs, size_t room, bool *folded);

/* Gives t its first frames. */
DET_HIDDEN bool context_task_init(struct det_task *t);
DET_HIDDEN void context_task_drop(struct det_task *t);

#endif
