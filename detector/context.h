/* context.h - by which chain of calls did a task get here?
 *
 * Model    A tree of call paths: a node is {return address, parent node}. A leaf names one place of
 *          one kind of access under one path: a *site*. Nodes are made when an access is recorded,
 *          never at a call, live for ever and belong to nobody, so that the stack of an access can
 *          be printed long after its task has ended.
 * Joined   Bytes of one granule that one segment touched at several places are one record; its site
 *          is a joined one, a list of {site, bytes}: the place of a byte is that of its last access.
 * Folding  Beyond CONTEXT_FOLD_BUDGET nodes a call from the same place as one of the nearest
 *          FOLD_REACH callers gets that caller's node, which is marked, and the report says so.
 * Bounds   Nodes are never given out again: there are 2^25 (512 MiB), and under memory=SIZE as many as a quarter
 *          of it holds, folded from half of that. Beyond, sites are 0, and counted.
 * Moves    The key of a node changes when the library of its pc goes (context_move). It stays in its
 *          bucket: nobody looks for it until the library, and the key, are back.
 * Thread   any, lock-free, append-only.
 */
#ifndef RADDLE_DETECTOR_CONTEXT_H
#define RADDLE_DETECTOR_CONTEXT_H

#include "detector/arena.h"

#define CONTEXT_BUCKETS     ((size_t)1 << 19)
#define CONTEXT_FOLD_BUDGET ((uint64_t)4 << 20)
#define CONTEXT_CACHE_SLOTS 64u  /* at first */
#define CONTEXT_CACHE_MOST  256u /* when it has missed often: 4 KiB */

/* Of a node's key. */
#define CONTEXT_PC_BITS      48u
#define CONTEXT_ACCESS_SHIFT CONTEXT_PC_BITS
#define CONTEXT_SIZE_SHIFT   (CONTEXT_PC_BITS + 5u)
#define CONTEXT_LEAF         ((uint64_t)1 << 63)

/* key: pc in bits 0-47, and for a leaf its access bits and size code above, see below. */
struct context_node {
    uint64_t key;
    uint32_t parent; /* 0: outermost */
    uint32_t next;   /* in its bucket */
};

struct context_state {
    struct table nodes;
    uint32_t moves; /* calls of context_move; caches are good for one */
    uint32_t *buckets;
};

/* One task's memory of the calls and sites it was at; only a shortcut. */
struct context_cache {
    uint32_t moves;
    uint32_t slots; /* a power of two */
    uint32_t missed;
    struct context_cached {
        uint64_t key;
        uint32_t parent;
        uint32_t site;
    } slot[];
};

static inline size_t context_cache_slot(const struct context_cache *cache, uint64_t key,
                                        uint32_t parent) {
    return (size_t)(key ^ (key >> 7) ^ (key >> 25) ^ parent * 5u) & (cache->slots - 1);
}

/* Of a task that ends. cache may be NULL. */
DET_HIDDEN void context_cache_free(struct context_cache *cache);

DET_HIDDEN bool context_init(void);
/* Memory taken so far. */
DET_HIDDEN uint64_t context_bytes(void);

/* The site of an access or event at pc in t's present path; size only matters for reports. 0, after
 * raising LIMIT_SITES_FULL: no room. */
DET_HIDDEN uint32_t context_site(struct det_task *t, uintptr_t pc, uint32_t access, size_t size);

/* The same place and access as the site's, which is not joined, in another path of t's. */
DET_HIDDEN uint32_t context_under(struct det_task *t, uint32_t path, uint32_t site);
/* Whether nothing is known of the calls that led there. */
DET_HIDDEN bool context_is_bare(uint32_t site);

/* The site of a record of t whose bytes `kept` are of `old` (joined or not), and the others of `site`;
 * 0: a site is unknown, or a quarter of CONTEXT_FOLD_BUDGET is used up. */
DET_HIDDEN uint32_t context_join(struct det_task *t, uint32_t old, uint32_t kept, uint32_t site);
/* The site, not joined, of some of the bytes `*bytes` of a record; *bytes becomes those that are its. */
DET_HIDDEN uint32_t context_part(uint32_t site, uint32_t *bytes);

/* Of a site that is not joined: */
DET_HIDDEN uint32_t context_access(uint32_t site); /* enum ev_access bits */
DET_HIDDEN uint32_t context_size(uint32_t site);   /* 1, 2, 4, 8, 16; 0: unknown */
DET_HIDDEN uintptr_t context_pc(uint32_t site);
/* The places in the frame that made both calls, or at whose own places a and b are; 0, 0: too deep. */
DET_HIDDEN void context_parting(uint32_t a, uint32_t b, uintptr_t pcs[2]);
/* Writes up to `room` return addresses, innermost first, beginning with number `from`; returns how many
 * there are. */
DET_HIDDEN size_t context_frames(uint32_t site, size_t from, uint64_t *pcs, size_t room,
                                 bool *folded);

/* Whether the number is one's, where it was read without certainty. */
DET_HIDDEN bool context_is_node(uint32_t number);

/* Return addresses in the code [lo, hi) become those of the same code at `to`. Nobody runs there. */
DET_HIDDEN void context_move(uintptr_t lo, uintptr_t hi, uintptr_t to);

/* The node of a call of t from pc in the path `parent`; 0: outermost. */
DET_HIDDEN uint32_t context_child(struct det_task *t, uint32_t parent, uint64_t pc);

#endif
