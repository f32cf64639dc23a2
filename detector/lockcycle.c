/* lockcycle.c - can a nesting be part of a deadlock, and how is that told? */
#include "detector/lockcycle.h"

#include "detector/lockpath.h"
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
};

static void begin(struct search *s) {
    uint64_t left = lockgraph_steps();
    left = left > SEARCH_LEAST ? left : SEARCH_LEAST;
    s->most = left < SEARCH_MOST ? left : SEARCH_MOST;
    lockmemo_begin();
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
    return lockgraph_node(nesting_takes(nesting));
}

static bool reads(const struct nesting *nesting) {
    return (nesting->taken.mode & EV_LOCK_READ) != 0;
}

/* Whether a lock that is held so keeps `before` waiting. A writer in a circle stands for readers before it: it
 * waits for other readers alone. */
static bool keeps_out(const struct held_lock *held, const struct nesting *before) {
    return nesting_is_writer(before) ? (held->mode & EV_LOCK_READ) != 0
                                     : excludes(held->mode, before->taken.mode);
}

/* Whether `after` holds what `before` takes, in the way; or waits to write what `before` reads. */
static bool blocks(struct search *s, const struct nesting *after, const struct nesting *before) {
    if (nesting_is_writer(after)) {
        return reads(before) && !nesting_is_writer(before) && after->node == nesting_takes(before);
    }
    const struct held_lock *held = nesting_holds(after, taken_by(before), &s->looked);
    return held && keeps_out(held, before);
}

static bool have_gate(struct search *s, const struct nesting *a, const struct nesting *b) {
    uint64_t common = lockset_signature(a->set) & lockset_signature(b->set);
    return common != 0 && lockmemo_excludes(a->set, b->set, &s->looked);
}

/* Whatever the cycle. */
static bool is_ordered(const struct nesting *a, const struct nesting *b) {
    return clock_get(&b->knew, a->task) >= a->at || clock_get(&a->knew, b->task) >= b->at;
}

/* steps: of the search, or of a report, which may take as many as it wants: it is written once. */
static struct lock_path path_of(const struct search *s, uint64_t *steps) {
    return (struct lock_path){.nesting = s->path.at, .n = s->path.n, .steps = steps};
}

/* The path goes round: whether two of it are ordered by other locks. */
static bool have_ways(struct search *s) {
    struct lock_path path = path_of(s, &s->looked);
    bool ordered = lockpath_is_ordered(&path);
    s->luck |= ordered;
    return ordered;
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

static void add_follower(struct search *s, uint32_t nesting) {
    if (!fits(s, nesting_at(nesting))) {
        return;
    }
    if (may_end(s, nesting_at(nesting))) {
        (void)lock_list_add(&s->found, nesting);
    } else {
        s->cut = true; /* a longer one might */
    }
}

/* Of a lock that is being read: who writes it, and comes first. */
static void add_writers(struct search *s, const struct nesting *last) {
    bool any = reads(last) && !nesting_is_writer(last) && (last->taken.mode & EV_LOCK_SHARED) != 0;
    for (uint32_t at = any ? taken_by(last)->alone[ALONE_WRITES] : 0; at && !is_over(s);
         at = nesting_at(at)->next) {
        s->looked++;
        add_follower(s, at);
    }
}

/* Adds those of one edge; false: what lies behind it was not taken while what `last` takes was held. */
static bool add_followers(struct search *s, const struct nesting *last,
                          const struct lock_edge *edge) {
    bool held = false;
    bool any = (edge->signature & lockset_bit(taken_by(last)->lock)) != 0;
    for (uint32_t at = any ? edge->nestings : 0; at && !is_over(s); at = nesting_at(at)->next) {
        const struct held_lock *in = nesting_holds(nesting_at(at), taken_by(last), &s->looked);
        held |= in != NULL;
        if (in && keeps_out(in, last)) {
            add_follower(s, at);
        }
    }
    return held || edge->plain || edge->full; /* the latter: not known any more */
}

/* Adds to s->found what may follow the last of the path. */
static void find_followers(struct search *s, struct lock_list *walked) {
    const struct nesting *last = nesting_at(s->path.at[s->path.n - 1]);
    uint64_t bit = lockset_bit(taken_by(last)->lock);
    lockgraph_walk(walked);
    add_writers(s, last);
    (void)lockgraph_meet(walked, nesting_takes(last));
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

/* What tells a finding: sums, so that it is the same wherever the cycle begins. */
struct told {
    uint64_t places, paths;
};

/* A task took both, the second while it held the first. */
static void tell_two(struct told *told, uint32_t held, uint32_t taken) {
    uintptr_t parting[2];
    context_parting(held, taken, parting);
    uint64_t leaves = mix64((uint64_t)context_pc(held) * 31 + mix64(context_pc(taken)));
    told->places += mix64(leaves + mix64((uint64_t)parting[0] * 31 + mix64(parting[1])));
    told->paths += mix64((uint64_t)held << 32 | taken);
}

static bool is_told(const struct told *now) {
    struct lockorder_state *state = &det.lockorder;
    uint32_t paths = 0;
    for (uint32_t i = 0; i < state->n_told && paths < LOCKORDER_PATHS; i++) {
        bool same = state->told[i].places == now->places;
        paths += same && state->told[i].paths == now->paths ? LOCKORDER_PATHS : same;
    }
    if (paths >= LOCKORDER_PATHS) {
        limit_raise(LIMIT_DUPLICATES);
        return true;
    }
    if (state->n_told == LOCKORDER_TOLD_MOST) {
        limit_raise(LIMIT_LOCK_ORDER_FULL);
        return true;
    }
    state->told[state->n_told].places = now->places;
    state->told[state->n_told++].paths = now->paths;
    return false;
}

/* Who writes comes first in the record: it has to wait before the reader does. */
static void report_again(const struct nesting *writes, const struct nesting *again) {
    const struct lock_node *lock = lockgraph_node(again->node);
    uint64_t steps = 0;
    const struct held_lock *held = nesting_holds(again, lock, &steps);
    struct told told = {.places = mix64(context_pc(writes->taken.site)),
                        .paths = writes->taken.site};
    tell_two(&told, held->site, again->taken.site);
    if (is_told(&told)) {
        return;
    }
    writer_begin_finding(RECORD_LOCK_ORDER, again->task);
    writer_task(writes->task, 1);
    writer_lock(&writes->taken);
    writer_task(again->task, 1);
    writer_lock(held);
    writer_lock(&again->taken);
    writer_families(writes->task, again->task);
    writer_end();
}

/* Each takes what the next one holds. */
static void report(const struct search *s) {
    struct told told = {0};
    uint32_t first = 0; /* a writer waits before the readers do */
    uint64_t steps = 0;
    struct lock_path path = path_of(s, &steps);
    for (uint32_t i = 0; i < s->path.n; i++) {
        const struct held_lock *held = lockpath_held(&path, i);
        tell_two(&told, held ? held->site : 0, nesting_at(s->path.at[i])->taken.site);
        first = held ? first : i;
    }
    if (is_told(&told)) {
        return;
    }
    writer_begin_finding(RECORD_LOCK_ORDER, nesting_at(s->path.at[0])->task);
    for (uint32_t i = 0; i < s->path.n; i++) {
        uint32_t at = (first + i) % s->path.n;
        const struct nesting *nesting = nesting_at(s->path.at[at]);
        const struct held_lock *held = lockpath_held(&path, at);
        writer_task(nesting->task, 1);
        if (held) {
            writer_lock(held);
        }
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

/* Longer and longer ones, while there may be some. */
static bool look_further(struct search *s, uint32_t nesting) {
    while (s->cut && s->longest <= LONGEST && !is_over(s)) {
        s->path.n = s->found.n = s->first.n = s->next.n = 0;
        if (look(s, nesting)) {
            return true;
        }
        s->longest += s->longest < 8 ? 1 : s->longest;
    }
    return false;
}

void lockcycle_look(uint32_t nesting) {
    struct nesting *one = nesting_at(nesting);
    const struct lock_edge *edge = lockgraph_edge(one->edge);
    if (!lockgraph_node(edge->from)->cyclic || !lockgraph_node(edge->to)->cyclic ||
        one->settled == det.lockorder.changes || lockround_is_harmless(one)) {
        return;
    }
    struct search s = {.longest = 3};
    begin(&s);
    bool any = look_for_two(&s, nesting);
    s.cut = !any;
    any |= look_further(&s, nesting);
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
    struct nesting *one = nesting_at(nesting);
    bool reads_it = reads(one);
    const struct lock_node *lock = lockgraph_node(one->node);
    struct search s = {.longest = 3};
    begin(&s);
    for (uint32_t at = lock->alone[reads_it ? ALONE_WRITES : ALONE_AGAIN]; at;
         at = nesting_at(at)->next) {
        const struct nesting *other = nesting_at(at);
        const struct nesting *again = reads_it ? one : other, *writes = reads_it ? other : one;
        if (one->task != other->task && !is_ordered(one, other) &&
            nesting_holds(again, lock, &s.looked) && !have_gate(&s, one, other) &&
            !pair_has_ways(&s, nesting, at)) {
            report_again(writes, again);
            break;
        }
    }
    s.cut = !reads_it && lock->cyclic && one->settled != det.lockorder.changes &&
            !lockround_is_harmless(one);
    bool any = look_further(&s, nesting);
    one->settled = any || s.luck || is_over(&s) ? 0 : det.lockorder.changes;
    end(&s);
}
