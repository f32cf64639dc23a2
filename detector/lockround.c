/* lockround.c - which locks reach each other, and in what order are the rest taken? */
#include "detector/lockround.h"

#include "detector/lockorder.h"
#include "detector/state.h"

#define LARGE 64u /* locks of a round */

static const struct table_shape shape = {sizeof(struct lock_round), 8, NUMBERS_NESTINGS};

/* -- rounds --------------------------------------------------------------------------------- */

static struct lock_round *round_at(uint32_t number) {
    return table_at(&det.lock_rounds.rounds, shape, number);
}

static struct lock_rank next_rank(uintptr_t addr) {
    return (struct lock_rank){.addr = addr, .turn = ++det.lock_rounds.turn};
}

bool lockround_make(uint32_t number) {
    struct lockround_state *r = &det.lock_rounds;
    struct lock_node *node = lockgraph_node(number);
    node->round = r->free_round;
    if (node->round) {
        r->free_round = round_at(node->round)->first;
    } else {
        node->round = table_take(&r->rounds, shape);
    }
    if (node->round) {
        *round_at(node->round) = (struct lock_round){
            .rank = next_rank(node->lock), .first = number, .last = number, .n = 1};
    }
    return node->round != 0;
}

static void free_round(uint32_t number) {
    struct lock_round *round = round_at(number);
    arena_free(round->summary, sizeof *round->summary);
    *round = (struct lock_round){.first = det.lock_rounds.free_round};
    det.lock_rounds.free_round = number;
}

/* -- summaries ------------------------------------------------------------------------------ */

static void add_task(struct lock_summary *all, uint32_t task, uint32_t at) {
    for (uint32_t i = 0; i < all->n && i < LOCKROUND_TASKS; i++) {
        if (all->last[i].task == task) {
            all->last[i].at = all->last[i].at > at ? all->last[i].at : at;
            return;
        }
    }
    if (all->n < LOCKROUND_TASKS) {
        all->last[all->n].task = task;
        all->last[all->n].at = at;
    }
    all->n += all->n <= LOCKROUND_TASKS;
}

static void add_outer(struct lock_summary *all, uintptr_t outer) {
    all->outer = all->outer == 0 || all->outer == outer ? outer : LOCKROUND_NONE;
}

static void add_nesting(struct lock_round *round, const struct nesting *nesting) {
    if (round->summary) {
        add_outer(round->summary, nesting->outer);
        add_task(round->summary, nesting->task, nesting->at);
    }
}

static void add_list(struct lock_round *round, uint32_t list) {
    for (; list; list = nesting_at(list)->next) {
        add_nesting(round, nesting_at(list));
    }
}

/* All that lies within the round, and has an end there. */
static void add_node(struct lock_round *round, const struct lock_node *node) {
    for (uint32_t e = node->out; e; e = lockgraph_edge(e)->next_out) {
        bool inside = lockgraph_node(lockgraph_edge(e)->to)->round == node->round;
        add_list(round, inside ? lockgraph_edge(e)->nestings : 0);
    }
    for (uint32_t e = node->in; e; e = lockgraph_edge(e)->next_in) {
        bool inside = lockgraph_node(lockgraph_edge(e)->from)->round == node->round;
        add_list(round, inside ? lockgraph_edge(e)->nestings : 0);
    }
    add_list(round, node->alone[ALONE_WRITES]);
    add_list(round, node->alone[ALONE_AGAIN]);
}

/* What the one that joins a round knows of nestings that have gone. */
static void add_summary(struct lock_round *to, const struct lock_round *from) {
    const struct lock_summary *all = from->summary;
    if (!to->summary || !all) {
        return;
    }
    if (all->outer) {
        add_outer(to->summary, all->outer);
    }
    for (uint32_t i = 0; i < all->n && i < LOCKROUND_TASKS; i++) {
        add_task(to->summary, all->last[i].task, all->last[i].at);
    }
    to->summary->n = all->n > LOCKROUND_TASKS ? all->n : to->summary->n;
}

/* The round of a nesting that can be of a cycle; 0: it cannot, as far as its ends tell. */
static uint32_t round_of(const struct nesting *nesting) {
    if (nesting->edge == 0) {
        return lockgraph_node(nesting->node)->round;
    }
    const struct lock_edge *edge = lockgraph_edge(nesting->edge);
    uint32_t from = lockgraph_node(edge->from)->round, to = lockgraph_node(edge->to)->round;
    return from == to ? from : 0;
}

void lockround_note(const struct nesting *nesting) {
    uint32_t round = round_of(nesting);
    if (round) {
        add_nesting(round_at(round), nesting);
    }
}

bool lockround_is_harmless(const struct nesting *nesting) {
    uint32_t round = round_of(nesting);
    const struct lock_summary *all = round ? round_at(round)->summary : NULL;
    if (!all) {
        return false;
    }
    bool harmless = all->n <= LOCKROUND_TASKS;
    for (uint32_t i = 0; harmless && i < all->n; i++) {
        uint32_t task = all->last[i].task;
        harmless = task == 0 || task == nesting->task ||
                   clock_get(&nesting->knew, task) >= all->last[i].at;
    }
    return harmless || (all->outer != 0 && all->outer != LOCKROUND_NONE);
}

void lockround_mark(struct marks *tasks) {
    const struct table *rounds = &det.lock_rounds.rounds;
    for (uint32_t i = 1; i <= rounds->next && table_has(rounds, shape, i); i++) {
        const struct lock_summary *all = round_at(i)->summary;
        for (uint32_t k = 0; all && k < all->n && k < LOCKROUND_TASKS; k++) {
            if (all->last[k].task) {
                marks_set(tasks, all->last[k].task);
            }
        }
    }
}

/* Its nestings have gone: nobody waits for what it was at. */
void lockround_renamed(uint32_t old) {
    const struct table *rounds = &det.lock_rounds.rounds;
    for (uint32_t i = 1; i <= rounds->next && table_has(rounds, shape, i); i++) {
        struct lock_summary *all = round_at(i)->summary;
        for (uint32_t k = 0; all && k < all->n && k < LOCKROUND_TASKS; k++) {
            all->last[k].task = all->last[k].task == old ? 0 : all->last[k].task;
        }
    }
}

/* -- joining -------------------------------------------------------------------------------- */

/* The members of `other` are those of `round` from now on. */
static void join(uint32_t round, uint32_t other) {
    struct lock_round *to = round_at(round), *from = round_at(other);
    if (!to->summary) { /* it was alone */
        to->summary = arena_alloc(sizeof *to->summary);
        lockgraph_node(to->first)->cyclic = true;
        add_node(to, lockgraph_node(to->first));
    }
    for (uint32_t at = from->first; at; at = lockgraph_node(at)->next_member) {
        struct lock_node *node = lockgraph_node(at);
        node->round = round;
        node->cyclic = true;
        add_node(to, node);
    }
    add_summary(to, from);
    lockgraph_node(to->last)->next_member = from->first;
    lockgraph_node(from->first)->prev_member = to->last;
    to->last = from->last;
    to->n += from->n;
    free_round(other);
}

void lockround_leave(const struct lock_node *node) {
    struct lock_round *round = round_at(node->round);
    if (--round->n == 0) {
        free_round(node->round);
        return;
    }
    *(node->prev_member ? &lockgraph_node(node->prev_member)->next_member : &round->first) =
        node->next_member;
    *(node->next_member ? &lockgraph_node(node->next_member)->prev_member : &round->last) =
        node->prev_member;
}

/* -- order ---------------------------------------------------------------------------------- */

static bool is_before(const struct lock_rank *a, const struct lock_rank *b) {
    return a->addr != b->addr ? a->addr < b->addr : a->turn < b->turn;
}

static bool is_ranked(uint32_t a, uint32_t b) {
    return is_before(&round_at(a)->rank, &round_at(b)->rank);
}

/* A round that lies between the ends of the new edge is met, once. */
static void meet(struct lock_list *found, uint32_t *mark, uint32_t round, bool between) {
    if (between && *mark != det.lock_rounds.order) {
        *mark = det.lock_rounds.order;
        (void)lock_list_add(found, round);
    }
}

/* All rounds that can be reached from `from`, and come before `last` or are that. */
static void reach_ahead(uint32_t from, uint32_t last) {
    struct lock_list *found = &det.lock_rounds.ahead;
    found->n = 0;
    meet(found, &round_at(from)->ahead, from, true);
    for (uint32_t i = 0; i < found->n; i++) {
        uint32_t node = found->at[i] == last ? 0 : round_at(found->at[i])->first;
        for (; node; node = lockgraph_node(node)->next_member) {
            for (uint32_t e = lockgraph_node(node)->out; e; e = lockgraph_edge(e)->next_out) {
                uint32_t to = lockgraph_node(lockgraph_edge(e)->to)->round;
                meet(found, &round_at(to)->ahead, to, to == last || is_ranked(to, last));
            }
        }
    }
}

/* All rounds that can reach `to`, and come after `first` or are that. */
static void reach_behind(uint32_t to, uint32_t first) {
    struct lock_list *found = &det.lock_rounds.behind;
    found->n = 0;
    meet(found, &round_at(to)->behind, to, true);
    for (uint32_t i = 0; i < found->n; i++) {
        uint32_t node = found->at[i] == first ? 0 : round_at(found->at[i])->first;
        for (; node; node = lockgraph_node(node)->next_member) {
            for (uint32_t e = lockgraph_node(node)->in; e; e = lockgraph_edge(e)->next_in) {
                uint32_t from = lockgraph_node(lockgraph_edge(e)->from)->round;
                meet(found, &round_at(from)->behind, from, from == first || is_ranked(first, from));
            }
        }
    }
}

/* By decreasing gaps. */
static void sort_by_rank(uint32_t *rounds, uint32_t n) {
    for (uint32_t gap = n / 2; gap > 0; gap /= 2) {
        for (uint32_t i = gap; i < n; i++) {
            uint32_t round = rounds[i], at = i;
            for (; at >= gap && is_ranked(round, rounds[at - gap]); at -= gap) {
                rounds[at] = rounds[at - gap];
            }
            rounds[at] = round;
        }
    }
}

/* The ranks of all that is ahead or behind, sorted; so many; NULL: no memory. */
static struct lock_rank *all_ranks(uint32_t *n) {
    const struct lockround_state *r = &det.lock_rounds;
    uint32_t *rounds = arena_alloc((r->ahead.n + r->behind.n) * sizeof *rounds);
    struct lock_rank *ranks = arena_alloc((r->ahead.n + r->behind.n) * sizeof *ranks);
    *n = 0;
    for (uint32_t i = 0; rounds && i < r->ahead.n; i++) {
        rounds[(*n)++] = r->ahead.at[i];
    }
    for (uint32_t i = 0; rounds && i < r->behind.n; i++) {
        if (round_at(r->behind.at[i])->ahead != r->order) {
            rounds[(*n)++] = r->behind.at[i];
        }
    }
    if (rounds && ranks) {
        sort_by_rank(rounds, *n);
        for (uint32_t i = 0; i < *n; i++) {
            ranks[i] = round_at(rounds[i])->rank;
        }
    }
    arena_free(rounds, (r->ahead.n + r->behind.n) * sizeof *rounds);
    return ranks;
}

/* What is ahead and behind goes round: it leaves both lists, and is one, which is returned; 0: nothing is. */
static uint32_t join_what_is_both(void) {
    struct lockround_state *r = &det.lock_rounds;
    uint32_t behind = 0, ahead = 0, one = 0;
    for (uint32_t i = 0; i < r->behind.n; i++) {
        if (round_at(r->behind.at[i])->ahead != r->order) {
            r->behind.at[behind++] = r->behind.at[i];
        }
    }
    r->behind.n = behind;
    for (uint32_t i = 0; i < r->ahead.n; i++) {
        uint32_t round = r->ahead.at[i];
        bool is_larger = one && round_at(round)->n > round_at(one)->n;
        if (round_at(round)->behind != r->order) {
            r->ahead.at[ahead++] = round;
        } else if (!one) {
            one = round;
        } else {
            join(is_larger ? round : one, is_larger ? one : round);
            one = is_larger ? round : one;
        }
    }
    r->ahead.n = ahead;
    return one;
}

/* Those behind get the lowest ones of all the ranks, then comes what goes round, those ahead get the highest. */
static void share_ranks(const struct lock_rank *ranks, uint32_t n, uint32_t middle) {
    struct lockround_state *r = &det.lock_rounds;
    sort_by_rank(r->behind.at, r->behind.n);
    sort_by_rank(r->ahead.at, r->ahead.n);
    for (uint32_t i = 0; i < r->behind.n; i++) {
        round_at(r->behind.at[i])->rank = ranks[i];
    }
    if (middle) {
        round_at(middle)->rank = ranks[r->behind.n];
    }
    for (uint32_t i = 0; i < r->ahead.n; i++) {
        round_at(r->ahead.at[i])->rank = ranks[n - r->ahead.n + i];
    }
}

/* Of two of which one is large: a lock that was never taken while another was held goes to the front, one that
 * none was taken after to the end, and nothing else need be looked at. */
static bool is_at_an_end(uint32_t from, uint32_t to) {
    struct lock_round *a = round_at(from), *b = round_at(to);
    if (a->n == 1 && b->n > LARGE && !lockgraph_node(a->first)->in) {
        a->rank = (struct lock_rank){.addr = 0, .turn = UINT64_MAX - ++det.lock_rounds.turn};
        return true;
    }
    if (b->n == 1 && a->n > LARGE && !lockgraph_node(b->first)->out) {
        b->rank = next_rank(UINTPTR_MAX);
        return true;
    }
    return false;
}

/* Joins the two if nothing else can be reached from the smaller one, seen in its direction: so what grows lock by
 * lock is not looked through each time. Either end's rank will do then. */
static bool join_neighbours(uint32_t from, uint32_t to) {
    struct lockround_state *r = &det.lock_rounds;
    bool ahead = round_at(to)->n <= round_at(from)->n;
    struct lock_list *found = ahead ? &r->ahead : &r->behind;
    uint32_t small = ahead ? to : from, large = ahead ? from : to;
    r->order++;
    if (ahead) {
        reach_ahead(to, from);
    } else {
        reach_behind(from, to);
    }
    if (found->n != 2 || found->at[1] != large) {
        return false;
    }
    join(large, small);
    return true;
}

/* From comes before to, or they are one, with what lies between. */
void lockround_keep_order(uint32_t from_node, uint32_t to_node) {
    struct lockround_state *r = &det.lock_rounds;
    uint32_t from = lockgraph_node(from_node)->round, to = lockgraph_node(to_node)->round;
    if (from == to || is_ranked(from, to)) {
        return;
    }
    r->turned = true;
    if (is_at_an_end(from, to) || join_neighbours(from, to)) {
        return;
    }
    r->order++;
    reach_ahead(to, from);
    reach_behind(from, to);
    uint32_t n, room = r->ahead.n + r->behind.n;
    struct lock_rank *ranks = all_ranks(&n);
    uint32_t middle = join_what_is_both();
    if (ranks && n) {
        share_ranks(ranks, n, middle);
    }
    arena_free(ranks, room * sizeof *ranks);
}

bool lockround_is_kept(uint32_t from_node, uint32_t to_node) {
    uint32_t from = lockgraph_node(from_node)->round, to = lockgraph_node(to_node)->round;
    return from == to || is_ranked(from, to);
}

bool lockround_may_close(uint32_t from_node, uint32_t to_node) {
    uint32_t from = lockgraph_node(from_node)->round, to = lockgraph_node(to_node)->round;
    return from == to || !is_ranked(from, to);
}

const char *lockround_check(void) {
    const struct table *rounds = &det.lock_rounds.rounds;
    for (uint32_t i = 1; i <= rounds->next && table_has(rounds, shape, i); i++) {
        uint32_t n = 0, node = round_at(i)->n ? round_at(i)->first : 0;
        for (; node && lockgraph_node(node)->round == i; node = lockgraph_node(node)->next_member) {
            n++;
        }
        if (node || n != round_at(i)->n) {
            return "a round that is not what its locks say";
        }
    }
    return NULL;
}
