/* lockorder.c - which task took which lock while it held which, where, and when? */
#include "detector/lockorder.h"

#include "detector/lockcycle.h"
#include "detector/state.h"

#define BUCKETS (1u << 19)

static const struct table_shape shape = {sizeof(struct nesting), 8, NUMBERS_NESTINGS};

struct nesting *nesting_at(uint32_t number) {
    return table_at(&det.lockorder.nestings, shape, number);
}

const struct held_lock *nesting_holds(const struct nesting *nesting, const struct lock_node *lock,
                                      uint64_t *steps) {
    ++*steps;
    if (nesting->turn < lock->born ||
        !(lockset_signature(nesting->set) & lockset_bit(lock->lock))) {
        return NULL;
    }
    return lockmemo_holds(nesting->set, lock->lock, steps);
}

/* -- numbers -------------------------------------------------------------------------------- */

static struct nesting_bucket *bucket_of(uint64_t key) {
    return &det.lockorder.buckets[(key >> 8) % BUCKETS];
}

static uint32_t tag_of(uint64_t key) {
    return (uint32_t)1 << (key >> 40) % 32;
}

static uint32_t find(uint64_t key) {
    const struct nesting_bucket *bucket = det.lockorder.buckets ? bucket_of(key) : NULL;
    uint32_t at = bucket && (bucket->tags & tag_of(key)) ? bucket->first : 0;
    while (at && nesting_at(at)->key != key) {
        at = nesting_at(at)->next_in_bucket;
    }
    return at;
}

static void forget_knowledge(struct nesting *nesting) {
    clock_drop(&nesting->knew);
    for (uint32_t i = 0; i < nesting->n_ways; i++) {
        clock_drop(&nesting->ways[i].clock);
    }
    arena_free(nesting->ways, nesting->n_ways * sizeof *nesting->ways);
    nesting->ways = NULL;
    nesting->n_ways = 0;
}

/* What t knows now, and by which ways. */
static void know(struct nesting *nesting, const struct det_task *t) {
    const struct must_ways *ways = t->must.ways;
    uint32_t n = ways ? ways->n : 0;
    forget_knowledge(nesting);
    clock_copy(&nesting->knew, &t->must.clock);
    nesting->ways = n ? arena_alloc(n * sizeof *nesting->ways) : NULL;
    nesting->n_ways = nesting->ways ? n : 0;
    for (uint32_t i = 0; i < nesting->n_ways; i++) {
        nesting->ways[i].lock = ways->way[i].lock;
        clock_copy(&nesting->ways[i].clock, &ways->way[i].clock);
    }
    if (n != nesting->n_ways) {
        limit_blind(); /* what is not known to be ordered would be told */
    }
}

/* Its edge does not refer to it any more. */
static void release(uint32_t number) {
    struct nesting *nesting = nesting_at(number);
    struct nesting_bucket *bucket = bucket_of(nesting->key);
    uint32_t *link = &bucket->first;
    while (*link != number) {
        link = &nesting_at(*link)->next_in_bucket;
    }
    *link = nesting->next_in_bucket;
    bucket->tags = bucket->first ? bucket->tags : 0;
    forget_knowledge(nesting);
    *nesting = (struct nesting){.next = det.lockorder.free};
    det.lockorder.free = number;
    det.lockorder.n--;
}

static void release_list(uint32_t *list) {
    while (*list) {
        uint32_t number = *list;
        *list = nesting_at(number)->next;
        release(number);
    }
}

static void release_all(struct lock_edge *edge) {
    release_list(&edge->nestings);
}

/* The list that a nesting stands in. */
static uint32_t *list_of(uint32_t edge, uint32_t node, bool reads) {
    return edge    ? &lockgraph_edge(edge)->nestings
           : reads ? &lockgraph_node(node)->alone[ALONE_AGAIN]
                   : &lockgraph_node(node)->alone[ALONE_WRITES];
}

static uint32_t take_number(void) {
    struct lockorder_state *state = &det.lockorder;
    if (!state->buckets) {
        state->buckets = (struct nesting_bucket *)arena_reserve(BUCKETS * sizeof *state->buckets);
    }
    uint32_t number = state->buckets ? state->free : 0;
    if (number) {
        state->free = nesting_at(number)->next;
    } else if (state->buckets) {
        number = table_take(&state->nestings, shape);
    }
    return number;
}

/* The oldest of a list goes when there are too many; whether one more makes it full. */
static bool make_room(uint32_t *list) {
    uint32_t n = 0, *oldest = NULL;
    for (uint32_t *link = list; *link; link = &nesting_at(*link)->next) {
        if (!oldest || nesting_at(*link)->turn < nesting_at(*oldest)->turn) {
            oldest = link;
        }
        n++;
    }
    if (n >= NESTINGS_AT_MOST) {
        uint32_t number = *oldest;
        *oldest = nesting_at(number)->next;
        release(number);
    }
    return n + 1 >= NESTINGS_AT_MOST;
}

/* Of the lock that t has just taken, for a nesting that is new; with its callers, as long as such are few. No lock is
 * held. */
static uint32_t read_place(struct det_task *t) {
    uint32_t site = t->held.lock[t->held.n - 1].site;
    bool few = __atomic_load_n(&det.lockorder.changes, __ATOMIC_RELAXED) < NESTINGS_READ;
    return few ? calls_read(t, site) : site;
}

/* -- taking --------------------------------------------------------------------------------- */

/* Ensures that what t holds is a path of the graph; the last edge of it, or 0. No lock is held. */
static uint32_t link_held(struct det_task *t) {
    struct held_locks *held = &t->held;
    uint32_t first = held->linked > 1 ? held->linked - 1 : 0, before = 0, edge = 0;
    for (uint32_t i = first; i < held->n; i++) {
        uintptr_t lock = held->lock[i].lock;
        if (!must_note(lock, true)) {
            edge = 0;
            continue;
        }
        spin_lock(&det.lockorder.lock);
        uint32_t node = lockgraph_make(lock, det.lockorder.turn + 1);
        edge = before && node && before != node ? lockgraph_link(before, node) : 0;
        if (edge && i + 1 < held->n) {
            det.lockorder.changes += !lockgraph_edge(edge)->plain;
            lockgraph_edge(edge)->plain = true;
            lockgraph_node(before)->beyond = UINT64_MAX;
        }
        spin_unlock(&det.lockorder.lock);
        before = node ? node : before;
    }
    held->linked = held->n;
    return edge;
}

static void sign(const struct nesting *nesting) {
    if (nesting->edge) {
        struct lock_edge *edge = lockgraph_edge(nesting->edge);
        uint64_t signature = lockset_signature(nesting->set);
        edge->signature |= signature;
        lockgraph_node(edge->from)->beyond |= signature;
    }
}

/* Before the lock that was taken. */
static uintptr_t outermost(const struct held_locks *held) {
    bool whole = held->n > 1 && (held->lock[0].mode & EV_LOCK_READ) == 0;
    return whole ? held->lock[0].lock : LOCKROUND_NONE;
}

/* One that comes again was read when it was new. */
static uint32_t place_of(const struct nesting *nesting, uint32_t site) {
    uint32_t known = nesting->taken.site;
    return context_is_bare(site) && context_pc(known) == context_pc(site) ? known : site;
}

/* The lock is locked. */
static void note(struct det_task *t, uint32_t number, uint32_t set) {
    struct nesting *nesting = nesting_at(number);
    nesting->at = t->clock.at;
    nesting->turn = ++det.lockorder.turn;
    nesting->set = set;
    sign(nesting);
    det.lock_graph.earned += STEPS_EACH;
    struct held_lock taken = t->held.lock[t->held.n - 1];
    taken.site = place_of(nesting, taken.site);
    nesting->taken = taken;
    nesting->outer = outermost(&t->held);
    know(nesting, t);
    lockround_note(nesting);
    t->must.nested_at = t->clock.at;
    t->recorded = true; /* so that what t publishes next is of this epoch, and later */
}

/* Of an edge, or of a node alone. site: of the lock taken. */
static uint32_t make(struct det_task *t, uint64_t key, uint32_t edge, uint32_t node,
                     uint32_t site) {
    uint32_t number = take_number();
    if (number == 0) {
        limit_raise(LIMIT_LOCK_ORDER_FULL);
        return 0;
    }
    uint32_t *list = list_of(edge, node, (t->held.lock[t->held.n - 1].mode & EV_LOCK_READ) != 0);
    if (make_room(list) && edge) {
        lockgraph_edge(edge)->full = true;
        lockgraph_node(lockgraph_edge(edge)->from)->beyond = UINT64_MAX;
    }
    struct nesting_bucket *bucket = bucket_of(key);
    *nesting_at(number) = (struct nesting){.key = key,
                                           .task = t->id,
                                           .edge = edge,
                                           .node = node,
                                           .taken.site = site,
                                           .next = *list,
                                           .next_in_bucket = bucket->first};
    bucket->first = number;
    bucket->tags |= tag_of(key);
    *list = number;
    det.lockorder.n++;
    det.lockorder.changes++;
    return number;
}

static bool is_held_before(const struct held_locks *held) {
    uintptr_t lock = held->lock[held->n - 1].lock;
    for (uint32_t i = 0; i + 1 < held->n; i++) {
        if (held->lock[i].lock == lock) {
            return true;
        }
    }
    return false;
}

/* -- too many ------------------------------------------------------------------------------- */

static uint64_t bit_of(uintptr_t from, uintptr_t to) {
    return mix64(mix64(from) + to) % FORGOTTEN_BITS;
}

/* Of a pair that is new, as most are in programs of many locks, both places are out of the cache. */
void lockorder_expect(const struct held_locks *held, uintptr_t lock) {
    const uint64_t *bits = __atomic_load_n(&det.lockorder.forgotten, __ATOMIC_ACQUIRE);
    if (bits) {
        __builtin_prefetch(&bits[bit_of(held->lock[held->n - 1].lock, lock) / 64], 1);
    }
}

static void expect(uint64_t key) {
    if (det.lockorder.buckets) {
        __builtin_prefetch(bucket_of(key));
    }
}

static void forget_pair(uint64_t *forgotten, uintptr_t from, uintptr_t to) {
    uint64_t bit = bit_of(from, to), mask = (uint64_t)1 << bit % 64;
    __atomic_fetch_or(&forgotten[bit / 64], mask, __ATOMIC_SEQ_CST);
}

static bool is_forgotten(const uint64_t *forgotten, uintptr_t from, uintptr_t to) {
    uint64_t bit = bit_of(from, to);
    uint64_t word = forgotten ? __atomic_load_n(&forgotten[bit / 64], __ATOMIC_SEQ_CST) : 0;
    return (word >> bit % 64 & 1) != 0;
}

/* Of a pair that goes up. */
static bool may_close(uintptr_t from, uintptr_t to) {
    if (!det.lock_rounds.turned) {
        return false;
    }
    uint32_t a = lockgraph_find(from), b = lockgraph_find(to);
    return a && b && lockround_may_close(a, b);
}

static bool are_many(void) {
    return __atomic_load_n(&det.lockorder.n, __ATOMIC_RELAXED) >= NESTINGS_UPWARDS ||
           __atomic_load_n(&det.lock_graph.n_edges, __ATOMIC_RELAXED) >= NESTINGS_UPWARDS;
}

/* Whether it is one too many, and goes up. The lock is locked. */
static bool is_too_many(const struct held_locks *held) {
    struct lockorder_state *state = &det.lockorder;
    uintptr_t from = held->lock[held->n - 2].lock, to = held->lock[held->n - 1].lock;
    if (from > to) {
        __atomic_store_n(&state->downward, true, __ATOMIC_SEQ_CST);
        if (is_forgotten(state->forgotten, to, from)) {
            limit_raise(LIMIT_LOCK_ORDER_FULL);
        }
        return false;
    }
    if (!are_many() || may_close(from, to)) {
        return false;
    }
    if (!state->forgotten) {
        uint64_t *bits = (uint64_t *)arena_reserve(FORGOTTEN_BITS / 8);
        __atomic_store_n(&state->forgotten, bits, __ATOMIC_RELEASE);
    }
    if (state->forgotten) {
        forget_pair(state->forgotten, from, to);
    }
    return state->forgotten != NULL;
}

/* The same without the lock, while all go up. Only t makes nestings of its keys, so what has no tag is not there. Who goes
 * down says so before it asks for the bit, which is set here before that is asked for: one of the two sees the other. */
static bool is_one_more_upwards(const struct held_locks *held, uint64_t key) {
    const struct lockorder_state *state = &det.lockorder;
    uintptr_t from = held->lock[held->n - 2].lock, to = held->lock[held->n - 1].lock;
    uint64_t *bits = __atomic_load_n(&state->forgotten, __ATOMIC_ACQUIRE);
    if (!bits || !state->buckets || from >= to || !are_many() ||
        __atomic_load_n(&state->downward, __ATOMIC_RELAXED) ||
        __atomic_load_n(&det.lock_rounds.turned, __ATOMIC_RELAXED) ||
        (__atomic_load_n(&bucket_of(key)->tags, __ATOMIC_RELAXED) & tag_of(key)) != 0) {
        return false;
    }
    if (!is_forgotten(bits, from, to)) {
        forget_pair(bits, from, to);
    }
    return !__atomic_load_n(&state->downward, __ATOMIC_SEQ_CST);
}

/* A nesting that is new, or that t may have told somebody of. */
static uint32_t nest(struct det_task *t, uint64_t key) {
    struct held_locks *held = &t->held;
    expect(key);
    must_begin();
    (void)lockset_number(held);
    if (is_one_more_upwards(held, key)) {
        return 0;
    }
    uint32_t set = held->number[held->n - 2];
    spin_lock(&det.lockorder.lock);
    uint32_t number = find(key);
    bool skipped = number == 0 && (is_held_before(held) || is_too_many(held));
    spin_unlock(&det.lockorder.lock);
    uint32_t edge = 0, site = 0;
    if (number == 0) {
        edge = skipped ? 0 : link_held(t);
        if (edge == 0) {
            return 0;
        }
        site = read_place(t);
    }
    spin_lock(&det.lockorder.lock);
    number = find(key); /* again: its lock may have died */
    if (number == 0 && edge != 0 && lockgraph_edge(edge)->to != 0) {
        number = make(t, key, edge, 0, site);
    }
    if (number) {
        note(t, number, set);
        lockcycle_look(number);
    }
    spin_unlock(&det.lockorder.lock);
    return number;
}

static struct lockorder_cache *cache_of(struct det_task *t) {
    if (__builtin_expect(!t->nestings, 0)) {
        t->nestings = arena_alloc(sizeof *t->nestings);
    }
    return t->nestings;
}

/* Without the lock: of a nesting that went the key is 0, or another's. */
static bool is_known(struct det_task *t, const struct lockorder_cache *cache, uint64_t key) {
    uint32_t at = (uint32_t)(key >> 32) % NESTING_SLOTS;
    if (cache->slot[at].key != key) {
        return false;
    }
    const struct nesting *nesting = nesting_at(cache->slot[at].nesting);
    return __atomic_load_n(&nesting->key, __ATOMIC_RELAXED) == key &&
           !must_is_told(t, __atomic_load_n(&nesting->at, __ATOMIC_RELAXED)) &&
           nesting->turn > __atomic_load_n(&det.lockorder.gone_at, __ATOMIC_RELAXED);
}

static void remember(struct lockorder_cache *cache, uint64_t key, uint32_t number) {
    uint32_t at = (uint32_t)(key >> 32) % NESTING_SLOTS;
    cache->slot[at].key = number ? key : 0;
    cache->slot[at].nesting = number;
}

/* A writer, or who reads again. */
static uint32_t nest_alone(struct det_task *t, uint64_t key, enum lockorder_alone which) {
    struct held_locks *held = &t->held;
    uintptr_t lock = held->lock[held->n - 1].lock;
    must_begin();
    (void)lockset_number(held);
    uint32_t set = held->n > 1 ? held->number[held->n - 2] : 0;
    if (!must_note(lock, which == ALONE_AGAIN)) {
        return 0;
    }
    spin_lock(&det.lockorder.lock);
    bool known = find(key) != 0;
    spin_unlock(&det.lockorder.lock);
    uint32_t site = known ? 0 : read_place(t);
    spin_lock(&det.lockorder.lock);
    uint32_t number = find(key); /* again: its lock may have died */
    if (number == 0) {
        uint32_t node = lockgraph_make(lock, det.lockorder.turn + 1);
        number = node ? make(t, key, 0, node, site) : 0;
    }
    if (number) {
        note(t, number, set);
        lockcycle_look_alone(number);
    }
    spin_unlock(&det.lockorder.lock);
    return number;
}

static void look_alone(struct det_task *t, struct lockorder_cache *cache,
                       enum lockorder_alone which) {
    uintptr_t lock = t->held.lock[t->held.n - 1].lock;
    uint64_t key = mix64(mix64(lock + which) + t->id) | 1;
    if (!is_known(t, cache, key)) {
        remember(cache, key, nest_alone(t, key, which));
    }
}

void lockorder_look(struct det_task *t) {
    const struct held_locks *held = &t->held;
    const struct held_lock *last = &held->lock[held->n - 1];
    struct lockorder_cache *cache = cache_of(t);
    if (!cache || held->n == 0) {
        return;
    }
    bool reads = (last->mode & EV_LOCK_READ) != 0;
    if ((last->mode & EV_LOCK_SHARED) != 0 && (!reads || is_held_before(held))) {
        look_alone(t, cache, reads ? ALONE_AGAIN : ALONE_WRITES);
    }
    if (held->n > 1) {
        uint64_t key = mix64(held->sum + mix64(lockset_hash(last) + t->id)) ^
                       held->lock[held->n - 2].lock * 0x9e3779b97f4a7c15u;
        key |= 1;
        if (!is_known(t, cache, key)) {
            remember(cache, key, nest(t, key));
        }
    }
}

/* -- what goes ------------------------------------------------------------------------------ */

/* Whether it may have been held when something was taken that was not next to it. */
static bool is_in_the_middle(uint32_t node) {
    for (uint32_t e = lockgraph_node(node)->out; e; e = lockgraph_edge(e)->next_out) {
        if (lockgraph_node(lockgraph_edge(e)->to)->out) {
            return true;
        }
    }
    return false;
}

void lockorder_forget(uintptr_t lock) {
    if (!must_is_on()) {
        return;
    }
    spin_lock(&det.lockorder.lock);
    uint32_t node = lockgraph_find(lock);
    if (node) {
        if (is_in_the_middle(node)) {
            __atomic_store_n(&det.lockorder.gone_at, det.lockorder.turn, __ATOMIC_RELAXED);
        }
        release_list(&lockgraph_node(node)->alone[ALONE_WRITES]);
        release_list(&lockgraph_node(node)->alone[ALONE_AGAIN]);
        lockgraph_drop(node, release_all);
    }
    spin_unlock(&det.lockorder.lock);
}

void lockorder_handed(uintptr_t lock) {
    if (det.options.lock_order && must_hand(lock)) {
        lockorder_forget(lock);
    }
}

void lockorder_task_drop(struct det_task *t) {
    arena_free(t->nestings, sizeof *t->nestings);
    t->nestings = NULL;
}

void lockorder_mark(struct marks *tasks, struct marks *locksets) {
    struct lockorder_state *state = &det.lockorder;
    lockround_mark(tasks);
    for (uint32_t i = 1; i <= state->nestings.next && table_has(&state->nestings, shape, i); i++) {
        const struct nesting *nesting = nesting_at(i);
        if (nesting->key) {
            marks_set(tasks, nesting->task);
            lockset_mark(locksets, nesting->set);
        }
    }
}

void lockorder_renamed(uint32_t old) {
    struct lockorder_state *state = &det.lockorder;
    lockround_renamed(old);
    for (uint32_t i = 1; i <= state->nestings.next && table_has(&state->nestings, shape, i); i++) {
        const struct nesting *nesting = nesting_at(i);
        if (nesting->key && nesting->task == old) {
            uint32_t *link =
                list_of(nesting->edge, nesting->node, (nesting->taken.mode & EV_LOCK_READ) != 0);
            while (*link != i) {
                link = &nesting_at(*link)->next;
            }
            *link = nesting->next;
            release(i);
        }
    }
}

/* Whoever held the lock may have left a list half changed, so that all is begun anew; what the parent's tasks
 * did is over here, and of t's own only what it did before is lost. The parent goes on with all of it. */
void lockorder_fork_child(struct det_task *t) {
    uint32_t held = det.lockorder.lock.held;
    if (held != 0 && held != det.generation + 1) {
        struct lockorder_state *state = &det.lockorder;
        zero_bytes(&det.lock_graph, sizeof det.lock_graph);
        zero_bytes(&det.lock_rounds, sizeof det.lock_rounds);
        zero_bytes(&state->nestings, sizeof state->nestings);
        state->free = state->n = 0;
        state->forgotten = NULL;
        state->buckets = NULL;
        if (t) {
            lockorder_task_drop(t);
            t->held.linked = 0;
        }
    }
}
