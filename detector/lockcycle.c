/* lockcycle.c - can a nesting be part of a deadlock, and how is that told? */
#include "detector/lockcycle.h"

#include "detector/state.h"

#define SEARCH_MOST  ((uint64_t)1 << 18) /* steps: nestings and locks looked at */
#define SEARCH_LEAST 512u                /* even if there are no steps left */
#define LONGEST      1024u

/* A path of nestings, each of which takes what the next one holds. */
struct search {
    struct lock_list path;  /* nestings */
    struct lock_list found; /* those that may follow, of all depths, one after the other */
    struct lock_list first; /* of each depth: where its part of `found` begins, */
    struct lock_list next;  /* and the one to try next */
    uint32_t longest;
    uint64_t looked, most; /* steps */
    bool cut;              /* a path was longer than `longest` */
    bool luck;             /* something was left out for its order alone, which may change */
    uint32_t gated[2];     /* two sets that have a gate: mostly asked for again at once */
};

static void begin(struct search *s) {
    uint64_t left = lockgraph_steps();
    left = left > SEARCH_LEAST ? left : SEARCH_LEAST;
    s->most = left < SEARCH_MOST ? left : SEARCH_MOST;
}

static bool is_over(const struct search *s) {
    return s->looked >= s->most;
}

static void drop(struct lock_list *list) {
    arena_free(list->at, list->room * sizeof *list->at);
}

static void end(struct search *s) {
    lockgraph_take_steps(s->looked);
    if (is_over(s)) {
        limit_raise(LIMIT_LOCK_ORDER_FULL);
    }
    drop(&s->path);
    drop(&s->found);
    drop(&s->first);
    drop(&s->next);
}

/* -- what may follow ------------------------------------------------------------------------ */

static bool excludes(uint32_t a, uint32_t b) {
    return ((a & b) & EV_LOCK_READ) == 0;
}

static const struct lock_node *taken_by(const struct nesting *nesting) {
    return lockgraph_node(lockgraph_edge(nesting->edge)->to);
}

/* Whether `after` holds what `before` takes, in the way. */
static bool blocks(struct search *s, const struct nesting *after, const struct nesting *before) {
    const struct held_lock *held = nesting_holds(after, taken_by(before), &s->looked);
    return held && excludes(held->mode, before->taken.mode);
}

/* Also if the search is over before that is known. */
static bool have_gate(struct search *s, const struct nesting *a, const struct nesting *b) {
    if (s->gated[0] == a->set && s->gated[1] == b->set) {
        return true;
    }
    uint64_t common = lockset_signature(a->set) & lockset_signature(b->set);
    for (const struct lockset_node *x = lockset_at(a->set); x && common;
         x = lockset_at(x->without)) {
        s->looked++;
        const struct lockset_node *y =
            (lockset_bit(x->held.lock) & common) ? lockset_at(b->set) : NULL;
        for (; y; y = lockset_at(y->without)) {
            s->looked++;
            if (x->held.lock == y->held.lock && excludes(x->held.mode, y->held.mode)) {
                s->gated[0] = a->set;
                s->gated[1] = b->set;
                return true;
            }
        }
        if (is_over(s)) {
            return true;
        }
    }
    return false;
}

/* Whatever the cycle. */
static bool is_ordered(const struct nesting *a, const struct nesting *b) {
    return clock_get(&b->knew, a->task) >= a->at || clock_get(&a->knew, b->task) >= b->at;
}

/* Whether the lock is one of those that the path goes round by. */
static bool is_of_path(const struct search *s, uintptr_t lock) {
    for (uint32_t i = 0; i < s->path.n; i++) {
        if (nesting_at(s->path.at[i])->taken.lock == lock) {
            return true;
        }
    }
    return false;
}

/* Whether b learned of a by a lock that is not one of the path. */
static bool has_way(const struct search *s, const struct nesting *a, const struct nesting *b) {
    for (uint32_t i = 0; i < b->n_ways; i++) {
        const struct must_way *way = &b->ways[i];
        if (clock_get(&way->clock, a->task) >= a->at && !is_of_path(s, way->lock)) {
            return true;
        }
    }
    return false;
}

/* The path goes round: whether two of it are ordered by other locks (must.h). */
static bool have_ways(struct search *s) {
    for (uint32_t i = 0; i < s->path.n; i++) {
        const struct nesting *a = nesting_at(s->path.at[i]);
        for (uint32_t k = 0; k < s->path.n; k++) {
            s->looked++;
            if (k != i && has_way(s, a, nesting_at(s->path.at[k]))) {
                s->luck = true;
                return true;
            }
        }
    }
    return false;
}

/* Whether the nesting can be under way together with all of the path. */
static bool fits(struct search *s, const struct nesting *nesting) {
    for (uint32_t i = 0; i < s->path.n; i++) {
        const struct nesting *other = nesting_at(s->path.at[i]);
        if (other->task == nesting->task || have_gate(s, other, nesting)) {
            return false;
        }
        if (is_ordered(other, nesting)) {
            s->luck = true;
            return false;
        }
    }
    return true;
}

/* Of the last one that there is room for: whether it goes round. */
static bool may_end(struct search *s, const struct nesting *nesting) {
    return s->path.n + 1 < s->longest || blocks(s, nesting_at(s->path.at[0]), nesting);
}

/* Adds those of one edge; false: what lies behind it was not taken while what `last` takes was held. */
static bool add_followers(struct search *s, const struct nesting *last,
                          const struct lock_edge *edge) {
    bool held = false;
    bool any = (edge->signature & lockset_bit(taken_by(last)->lock)) != 0;
    for (uint32_t at = any ? edge->nestings : 0; at && !is_over(s); at = nesting_at(at)->next) {
        const struct held_lock *in = nesting_holds(nesting_at(at), taken_by(last), &s->looked);
        held |= in != NULL;
        if (!in || !excludes(in->mode, last->taken.mode) || !fits(s, nesting_at(at))) {
            continue;
        }
        if (may_end(s, nesting_at(at))) {
            (void)lock_list_add(&s->found, at);
        } else {
            s->cut = true; /* a longer one might */
        }
    }
    return held || edge->plain || edge->full; /* the latter: not known any more */
}

/* Adds to s->found what may follow the last of the path. */
static void find_followers(struct search *s, struct lock_list *walked) {
    const struct nesting *last = nesting_at(s->path.at[s->path.n - 1]);
    uint64_t bit = lockset_bit(taken_by(last)->lock);
    lockgraph_walk(walked);
    (void)lockgraph_meet(walked, lockgraph_edge(last->edge)->to);
    for (uint32_t i = 0; i < walked->n && !is_over(s); i++) {
        const struct lock_node *from = lockgraph_node(walked->at[i]);
        s->looked++;
        for (uint32_t e = (from->beyond & bit) ? from->out : 0; e && !is_over(s);
             e = lockgraph_edge(e)->next_out) {
            const struct lock_edge *edge = lockgraph_edge(e);
            s->looked++;
            if (!lockgraph_node(edge->to)->cyclic) {
                continue;
            }
            if (add_followers(s, last, edge)) {
                (void)lockgraph_meet(walked, edge->to);
            }
        }
    }
}

/* -- the report ----------------------------------------------------------------------------- */

/* The lock that nesting i of the path holds, and the one before it takes. */
static const struct held_lock *held_by(const struct search *s, uint32_t i) {
    uint32_t before = s->path.at[i == 0 ? s->path.n - 1 : i - 1];
    uint64_t steps = 0;
    return nesting_holds(nesting_at(s->path.at[i]), taken_by(nesting_at(before)), &steps);
}

/* Of the places, wherever the cycle begins. */
static uint64_t places_of(const struct search *s) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < s->path.n; i++) {
        const struct nesting *nesting = nesting_at(s->path.at[i]);
        sum += mix64((uint64_t)context_pc(held_by(s, i)->site) * 31 +
                     mix64(context_pc(nesting->taken.site)));
    }
    return sum;
}

static bool is_told(uint64_t places) {
    struct lockorder_state *state = &det.lockorder;
    for (uint32_t i = 0; i < state->n_told; i++) {
        if (state->told[i] == places) {
            limit_raise(LIMIT_DUPLICATES);
            return true;
        }
    }
    if (state->n_told == LOCKORDER_TOLD_MOST) {
        limit_raise(LIMIT_LOCK_ORDER_FULL);
        return true;
    }
    state->told[state->n_told++] = places;
    return false;
}

/* Who writes comes first in the record: it has to wait before the reader does. */
static void report_again(const struct nesting *writes, const struct nesting *again) {
    const struct lock_node *lock = lockgraph_node(again->node);
    uint64_t steps = 0;
    const struct held_lock *held = nesting_holds(again, lock, &steps);
    uint64_t places = mix64(context_pc(writes->taken.site)) +
                      mix64(context_pc(again->taken.site) + mix64(context_pc(held->site)));
    if (is_told(places)) {
        return;
    }
    process_describe();
    writer_begin(RECORD_LOCK_ORDER);
    writer_task(writes->task, 1);
    writer_lock(&writes->taken);
    writer_task(again->task, 1);
    writer_lock(held);
    writer_lock(&again->taken);
    writer_families(writes->task, again->task);
    writer_end();
}

static void report(const struct search *s) {
    if (is_told(places_of(s))) {
        return;
    }
    process_describe();
    writer_begin(RECORD_LOCK_ORDER);
    for (uint32_t i = 0; i < s->path.n; i++) {
        const struct nesting *nesting = nesting_at(s->path.at[i]);
        writer_task(nesting->task, 1);
        writer_lock(held_by(s, i));
        writer_lock(&nesting->taken);
    }
    writer_families(nesting_at(s->path.at[0])->task, nesting_at(s->path.at[1])->task);
    writer_end();
}

/* -- the search ----------------------------------------------------------------------------- */

static void push(struct search *s, uint32_t nesting, struct lock_list *walked) {
    (void)lock_list_add(&s->path, nesting);
    (void)lock_list_add(&s->first, s->found.n);
    (void)lock_list_add(&s->next, s->found.n);
    find_followers(s, walked);
}

static void pop(struct search *s) {
    s->path.n--;
    s->found.n = s->first.at[s->path.n];
    s->first.n = s->next.n = s->path.n;
}

/* The nesting makes the path go round: whether that is told. */
static bool close_with(struct search *s, uint32_t nesting) {
    (void)lock_list_add(&s->path, nesting);
    bool possible = !have_ways(s);
    if (possible) {
        report(s);
    }
    s->path.n--;
    return possible;
}

/* Whether there are cycles of at most s->longest nestings; they are told. */
static bool look(struct search *s, uint32_t nesting) {
    struct lock_list walked = {0};
    bool any = false;
    s->cut = false;
    push(s, nesting, &walked);
    while (s->path.n > 0 && !is_over(s)) {
        uint32_t *next = &s->next.at[s->path.n - 1];
        if (*next == s->found.n) {
            pop(s);
            continue;
        }
        uint32_t follower = s->found.at[(*next)++];
        if (blocks(s, nesting_at(nesting), nesting_at(follower))) {
            any |= close_with(s, follower);
        } else {
            push(s, follower, &walked);
        }
    }
    arena_free(walked.at, walked.room * sizeof *walked.at);
    return any;
}

/* Of those who took `held`, which `one` holds, who held what it takes; whether one is told. */
static bool look_back(struct search *s, uint32_t one, const struct lock_node *node,
                      const struct held_lock *held) {
    const struct nesting *mine = nesting_at(one);
    uint64_t bit = lockset_bit(taken_by(mine)->lock);
    bool any = false;
    for (uint32_t e = node->in; e && !is_over(s); e = lockgraph_edge(e)->next_in) {
        const struct lock_edge *edge = lockgraph_edge(e);
        s->looked++;
        for (uint32_t at = (edge->signature & bit) ? edge->nestings : 0; at && !is_over(s);
             at = nesting_at(at)->next) {
            const struct nesting *other = nesting_at(at);
            s->looked++;
            if (other->task != mine->task && excludes(held->mode, other->taken.mode) &&
                blocks(s, other, mine) && fits(s, other)) {
                any |= close_with(s, at);
            }
        }
    }
    return any;
}

/* Cycles of two: what lies next to each other comes first, and needs few steps however many locks there are. */
static bool look_for_two(struct search *s, uint32_t nesting) {
    const struct nesting *mine = nesting_at(nesting);
    bool any = false;
    (void)lock_list_add(&s->path, nesting);
    for (const struct lockset_node *at = lockset_at(mine->set); at && !is_over(s);
         at = lockset_at(at->without)) {
        uint32_t number = lockgraph_find(at->held.lock);
        const struct lock_node *node = number ? lockgraph_node(number) : NULL;
        s->looked++;
        if (node && mine->turn >= node->born) {
            any |= look_back(s, nesting, node, &at->held);
        }
    }
    return any;
}

void lockcycle_look(uint32_t nesting) {
    struct nesting *one = nesting_at(nesting);
    const struct lock_edge *edge = lockgraph_edge(one->edge);
    if (!lockgraph_node(edge->from)->cyclic || !lockgraph_node(edge->to)->cyclic ||
        one->settled == det.lockorder.changes) {
        return;
    }
    struct search s = {.longest = 3};
    begin(&s);
    bool any = look_for_two(&s, nesting);
    s.cut = !any;
    while (s.cut && s.longest <= LONGEST && !is_over(&s)) {
        s.path.n = s.found.n = s.first.n = s.next.n = 0;
        if (look(&s, nesting)) {
            any = true;
            break;
        }
        s.longest += s.longest < 8 ? 1 : s.longest;
    }
    one->settled = any || s.luck || is_over(&s) ? 0 : det.lockorder.changes;
    end(&s);
}

static bool pair_has_ways(struct search *s, uint32_t one, uint32_t other) {
    s->path.n = 0;
    (void)lock_list_add(&s->path, one);
    (void)lock_list_add(&s->path, other);
    return have_ways(s);
}

void lockcycle_look_alone(uint32_t nesting) {
    const struct nesting *one = nesting_at(nesting);
    bool reads = (one->taken.mode & EV_LOCK_READ) != 0;
    const struct lock_node *lock = lockgraph_node(one->node);
    struct search s = {.looked = 0};
    begin(&s);
    for (uint32_t at = lock->alone[reads ? ALONE_WRITES : ALONE_AGAIN]; at;
         at = nesting_at(at)->next) {
        const struct nesting *other = nesting_at(at);
        const struct nesting *again = reads ? one : other, *writes = reads ? other : one;
        if (one->task != other->task && !is_ordered(one, other) &&
            nesting_holds(again, lock, &s.looked) && !have_gate(&s, one, other) &&
            !pair_has_ways(&s, nesting, at)) {
            report_again(writes, again);
            break;
        }
    }
    end(&s);
}
