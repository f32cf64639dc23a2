/* context.c - by which chain of calls did a task get here? */
#include "detector/context.h"

#include "detector/state.h"

#define PC_MASK      (((uint64_t)1 << CONTEXT_PC_BITS) - 1)
#define ACCESS_SHIFT CONTEXT_ACCESS_SHIFT
#define ACCESS_MASK  0x1fu
#define SIZE_SHIFT   CONTEXT_SIZE_SHIFT
#define SIZE_MASK    0x7u
#define KEY_FOLDED   ((uint64_t)1 << 62) /* set later; not part of the identity */
#define KEY_LEAF     CONTEXT_LEAF
#define FOLD_REACH   8u
#define CACHE_AFTER  16u   /* records of a task before it gets a cache */
#define CACHE_MISSES 1024u /* before it gets a larger one */

static const struct table_shape shape = {sizeof(struct context_node), 14, RECORD_SITE_MAX};

_Static_assert(sizeof(struct context_node) == 16, "a node is 16 bytes");
_Static_assert((EV_WRITE | EV_ATOMIC | EV_FREE | EV_SYNC | EV_VOLATILE) == ACCESS_MASK,
               "a leaf holds every access bit");

/* Under memory=SIZE call paths may take a quarter of it, as nothing takes one back; folded from half of that. */
static uint64_t most_nodes(void) {
    uint64_t most = det.options.memory / 4 / sizeof(struct context_node);
    return most && most < shape.limit ? most : shape.limit;
}

static uint64_t fold_from(void) {
    uint64_t half = most_nodes() / 2;
    return half < CONTEXT_FOLD_BUDGET ? half : CONTEXT_FOLD_BUDGET;
}

/* Bytes that many places write in any order could use up what call paths need. */
static uint64_t join_until(void) {
    return fold_from() / 4;
}

static struct context_node *node_at(uint32_t number) {
    return table_at(&det.contexts.nodes, shape, number);
}

bool context_init(void) {
    det.contexts.buckets = (uint32_t *)arena_reserve(CONTEXT_BUCKETS * sizeof(uint32_t));
    return det.contexts.buckets != NULL;
}

uint64_t context_bytes(void) {
    uint64_t n = __atomic_load_n(&det.contexts.nodes.next, __ATOMIC_RELAXED);
    return (n < shape.limit ? n : shape.limit) * sizeof(struct context_node);
}

/* -- nodes ---------------------------------------------------------------------------------- */

static uint32_t find_in_chain(uint32_t from, uint32_t stop, uint32_t parent, uint64_t key) {
    while (from && from != stop) {
        const struct context_node *node = node_at(from);
        if (node->parent == parent &&
            (__atomic_load_n(&node->key, __ATOMIC_RELAXED) & ~KEY_FOLDED) == key) {
            return from;
        }
        from = node->next;
    }
    return 0;
}

/* Numbers are given in the order of first visits, and a program mostly comes again in that order: buckets of
 * near parents lie near, so that a walk through a recursion stays within the cache. (Scattered over
 * the whole table: msort 570 ns an element, so 438.) A parent with many children has 4096 buckets. */
static size_t bucket_of(uint32_t parent, uint64_t key) {
    return ((size_t)parent * 4 + mix64(key) % 4096) % CONTEXT_BUCKETS;
}

/* The one node {parent, key}. Two threads may want the same new one at once:
 *
 *     A: walk, not found           B: walk, not found
 *     A: CAS head a -> n1
 *                                  B: CAS head a -> n2 fails; walks n1 .. a only, finds n1
 */
static uint32_t intern(uint32_t parent, uint64_t key) {
    size_t bucket = bucket_of(parent, key);
    uint32_t *head_at = &det.contexts.buckets[bucket];
    uint32_t head = __atomic_load_n(head_at, __ATOMIC_ACQUIRE);
    uint32_t found = find_in_chain(head, 0, parent, key);
    if (found) {
        return found;
    }
    bool room = load_relaxed(&det.contexts.nodes.next) < most_nodes();
    uint32_t fresh = room ? table_take(&det.contexts.nodes, shape) : 0;
    if (fresh == 0) {
        limit_raise(LIMIT_SITES_FULL);
        return 0;
    }
    *node_at(fresh) = (struct context_node){.key = key, .parent = parent};
    for (;;) {
        uint32_t seen = head;
        node_at(fresh)->next = head;
        if (__atomic_compare_exchange_n(head_at, &head, fresh, false, __ATOMIC_RELEASE,
                                        __ATOMIC_ACQUIRE)) {
            return fresh;
        }
        found = find_in_chain(head, seen, parent, key);
        if (found) {
            return found; /* `fresh` stays unused */
        }
    }
}

/* -- a task's shortcut ----------------------------------------------------------------------- */

static size_t cache_bytes(uint32_t slots) {
    return sizeof(struct context_cache) + slots * sizeof(struct context_cached);
}

static struct context_cache *cache_new(uint32_t slots) {
    struct context_cache *cache = arena_alloc(cache_bytes(slots));
    if (cache) {
        cache->slots = slots;
    }
    return cache;
}

void context_cache_free(struct context_cache *cache) {
    arena_free(cache, cache ? cache_bytes(cache->slots) : 0);
}

/* Most tasks make few records and need none; of those that need one few need a large one. */
static struct context_cache *cache_of(struct det_task *t) {
    struct context_cache *cache = t->sites, *more = NULL;
    if (!cache) {
        more = ++t->sites_wanted % CACHE_AFTER == 0 ? cache_new(CONTEXT_CACHE_SLOTS) : NULL;
    } else if (__builtin_expect(cache->missed == CACHE_MISSES, 0)) {
        cache->missed++; /* once, also without memory */
        more = cache_new(CONTEXT_CACHE_MOST);
    }
    if (__builtin_expect(more != NULL, 0)) {
        more->missed = cache ? cache->missed : 0;
        /* Before the old one is freed: a child that is forked in between loses it, and frees it not twice. */
        __atomic_store_n(&t->sites, more, __ATOMIC_RELEASE);
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
        context_cache_free(cache);
    }
    return t->sites;
}

static uint32_t cached_intern(struct det_task *t, uint32_t parent, uint64_t key) {
    struct context_cache *cache = cache_of(t);
    if (!cache) {
        return intern(parent, key);
    }
    uint32_t moves = __atomic_load_n(&det.contexts.moves, __ATOMIC_RELAXED);
    if (cache->moves != moves) {
        zero_bytes(cache->slot, cache->slots * sizeof *cache->slot);
        cache->moves = moves;
    }
    struct context_cached *slot = &cache->slot[context_cache_slot(cache, key, parent)];
    if (slot->key != key || slot->parent != parent) {
        cache->missed += cache->missed < CACHE_MISSES;
        *slot = (struct context_cached){.key = key, .parent = parent, .site = intern(parent, key)};
    }
    return slot->site;
}

/* A near caller of `parent` (itself included) that was called from pc, or 0. */
static uint32_t fold(uint32_t parent, uint64_t pc) {
    uint32_t at = parent;
    for (uint32_t i = 0; at && i < FOLD_REACH; i++) {
        struct context_node *node = node_at(at);
        if ((__atomic_load_n(&node->key, __ATOMIC_RELAXED) & ~KEY_FOLDED) == pc) {
            __atomic_fetch_or(&node->key, KEY_FOLDED, __ATOMIC_RELAXED);
            return at;
        }
        at = node->parent;
    }
    return 0;
}

uint32_t context_child(struct det_task *t, uint32_t parent, uint64_t pc) {
    pc &= PC_MASK;
    if (pc == 0) {
        return parent; /* unknown: left out of the path */
    }
    if (__atomic_load_n(&det.contexts.nodes.next, __ATOMIC_RELAXED) > fold_from()) {
        uint32_t folded = fold(parent, pc);
        if (folded) {
            return folded;
        }
    }
    uint32_t node = cached_intern(t, parent, pc);
    return node ? node : parent; /* full: the path ends lower, and was counted */
}

/* A flag may be set in the key meanwhile. */
static void move_node(struct context_node *node, uintptr_t lo, uintptr_t hi, uintptr_t to) {
    uint64_t key = __atomic_load_n(&node->key, __ATOMIC_RELAXED);
    for (;;) {
        uintptr_t at = (key & PC_MASK) - 1; /* of the call: the return address may be the end */
        if (at < lo || at >= hi) {
            return;
        }
        uint64_t moved = (key & ~PC_MASK) | ((to + (at + 1 - lo)) & PC_MASK);
        if (__atomic_compare_exchange_n(&node->key, &key, moved, true, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED)) {
            return;
        }
    }
}

void context_move(uintptr_t lo, uintptr_t hi, uintptr_t to) {
    const struct table *nodes = &det.contexts.nodes;
    uint64_t end = __atomic_load_n(&nodes->next, __ATOMIC_ACQUIRE) + 1;
    end = end < shape.limit ? end : shape.limit;
    uintptr_t *chunks = __atomic_load_n(&nodes->chunks, __ATOMIC_ACQUIRE);
    for (uint64_t i = 1; chunks && i < end; i++) {
        if (__atomic_load_n(&chunks[i >> shape.chunk_shift], __ATOMIC_ACQUIRE)) {
            move_node(node_at((uint32_t)i), lo, hi, to);
        }
    }
    __atomic_fetch_add(&det.contexts.moves, 1, __ATOMIC_RELAXED);
}

/* -- sites ---------------------------------------------------------------------------------- */

static uint32_t size_code(size_t size) {
    switch (size) {
    case 1:
        return 1;
    case 2:
        return 2;
    case 4:
        return 3;
    case 8:
        return 4;
    case 16:
        return 5;
    default:
        return 0;
    }
}

uint32_t context_site(struct det_task *t, uintptr_t pc, uint32_t access, size_t size) {
    uint64_t key = (pc & PC_MASK) | (uint64_t)(access & ACCESS_MASK) << ACCESS_SHIFT |
                   (uint64_t)size_code(size) << SIZE_SHIFT | KEY_LEAF;
    return cached_intern(t, calls_path(t), key);
}

uint32_t context_under(struct det_task *t, uint32_t path, uint32_t site) {
    return site ? cached_intern(t, path, node_at(site)->key) : 0;
}

bool context_is_bare(uint32_t site) {
    return site && node_at(site)->parent == 0;
}

/* -- joined sites --------------------------------------------------------------------------- */

#define JOINED_SIZE  0x7u /* the size code of a joined site */
#define JOINED       (KEY_LEAF | (uint64_t)JOINED_SIZE << SIZE_SHIFT | (uint64_t)1 << 47) /* no pc */
#define JOINED_BYTES 25u
#define PARTS        8u /* a part has a byte of its own */

struct part {
    uint32_t site, bytes;
};

static bool is_joined(uint32_t site) {
    return site && (node_at(site)->key >> SIZE_SHIFT & SIZE_MASK) == JOINED_SIZE;
}

/* What a joined site says before its parent's list. */
static struct part first_part(uint32_t site) {
    uint64_t key = node_at(site)->key;
    return (struct part){.site = (uint32_t)key & RECORD_SITE_MAX,
                         .bytes = (uint32_t)(key >> JOINED_BYTES) & RECORD_ALL};
}

uint32_t context_part(uint32_t site, uint32_t *bytes) {
    while (is_joined(site)) {
        struct part part = first_part(site);
        if (part.bytes & *bytes) {
            *bytes &= part.bytes;
            return part.site;
        }
        site = node_at(site)->parent;
    }
    return site;
}

/* The parts of `kept` bytes, each byte in one part, each site once; returns how many. */
static uint32_t parts_of(uint32_t site, uint32_t kept, struct part *parts) {
    uint32_t n = 0;
    while (kept) {
        uint32_t bytes = kept;
        uint32_t of = context_part(site, &bytes);
        uint32_t i = 0;
        while (i < n && parts[i].site != of) {
            i++;
        }
        parts[i].bytes = (i < n ? parts[i].bytes : 0) | bytes;
        parts[i].site = of;
        n += i == n;
        kept &= ~bytes;
    }
    return n;
}

uint32_t context_join(struct det_task *t, uint32_t old, uint32_t kept, uint32_t site) {
    struct part parts[PARTS];
    if (old == 0 || site == 0 ||
        __atomic_load_n(&det.contexts.nodes.next, __ATOMIC_RELAXED) > join_until()) {
        return 0;
    }
    uint32_t joined = site;
    for (uint32_t n = parts_of(old, kept, parts); n > 0 && joined; n--) {
        struct part part = parts[n - 1];
        if (part.site != site) {
            joined =
                cached_intern(t, joined, JOINED | part.site | (uint64_t)part.bytes << JOINED_BYTES);
        }
    }
    return joined; /* a byte that no part has is of `site` */
}

/* -- reading -------------------------------------------------------------------------------- */

uint32_t context_access(uint32_t site) {
    return site ? (uint32_t)(node_at(site)->key >> ACCESS_SHIFT) & ACCESS_MASK : 0;
}

uint32_t context_size(uint32_t site) {
    uint32_t code = site ? (uint32_t)(node_at(site)->key >> SIZE_SHIFT) & SIZE_MASK : 0;
    return code ? 1u << (code - 1) : 0;
}

uintptr_t context_pc(uint32_t site) {
    return site ? (uintptr_t)(node_at(site)->key & PC_MASK) : 0;
}

#define PARTING_DEPTH 4096u

static uint32_t depth_of(uint32_t site) {
    uint32_t n = 0;
    for (; site && n < PARTING_DEPTH; site = node_at(site)->parent) {
        n++;
    }
    return n;
}

void context_parting(uint32_t a, uint32_t b, uintptr_t pcs[2]) {
    uint32_t depth_a = depth_of(a), depth_b = depth_of(b);
    uint32_t last_a = a, last_b = b; /* the last ones that are not common */
    pcs[0] = pcs[1] = 0;
    if (depth_a == PARTING_DEPTH || depth_b == PARTING_DEPTH) {
        return;
    }
    while (a != b) {
        bool up_a = depth_a >= depth_b, up_b = depth_b >= depth_a;
        last_a = up_a ? a : last_a;
        last_b = up_b ? b : last_b;
        a = up_a ? node_at(a)->parent : a;
        b = up_b ? node_at(b)->parent : b;
        depth_a -= up_a;
        depth_b -= up_b;
    }
    pcs[0] = context_pc(last_a);
    pcs[1] = context_pc(last_b);
}

bool context_is_node(uint32_t number) {
    return number != 0 && number < load_relaxed(&det.contexts.nodes.next);
}

size_t context_frames(uint32_t site, size_t from, uint64_t *pcs, size_t room, bool *folded) {
    size_t n = 0;
    *folded = false;
    for (uint32_t at = site; at; at = node_at(at)->parent) {
        uint64_t key = __atomic_load_n(&node_at(at)->key, __ATOMIC_RELAXED);
        if (n >= from && n - from < room) {
            pcs[n - from] = key & PC_MASK;
        }
        *folded |= (key & KEY_FOLDED) != 0;
        n++;
    }
    return n;
}
