/* lockgraph.c - which lock was taken next after which, and does that go round? */
#include "detector/lockgraph.h"

#include "detector/state.h"

#define FIRST_ROOM 64u
#define WALK_MOST  (1u << 16) /* edges looked at beside a cycle, for one new edge */

static const struct table_shape node_shape = {sizeof(struct lock_node), 8, NUMBERS_NESTINGS};
static const struct table_shape edge_shape = {sizeof(struct lock_edge), 8, NUMBERS_NESTINGS};

struct lock_node *lockgraph_node(uint32_t number) {
    return table_at(&det.lock_graph.nodes, node_shape, number);
}

struct lock_edge *lockgraph_edge(uint32_t number) {
    return table_at(&det.lock_graph.edges, edge_shape, number);
}

/* -- lists ---------------------------------------------------------------------------------- */

bool lock_list_add(struct lock_list *list, uint32_t number) {
    if (list->n == list->room) {
        uint32_t room = list->room ? list->room * 2 : FIRST_ROOM;
        uint32_t *more = arena_alloc(room * sizeof *more);
        if (!more) {
            return false;
        }
        copy_bytes(more, list->at, list->n * sizeof *more);
        arena_free(list->at, list->room * sizeof *list->at);
        list->at = more;
        list->room = room;
    }
    list->at[list->n++] = number;
    return true;
}

void lockgraph_walk(struct lock_list *found) {
    det.lock_graph.walk++;
    found->n = 0;
}

bool lockgraph_meet(struct lock_list *found, uint32_t node) {
    struct lock_node *at = lockgraph_node(node);
    if (at->seen == det.lock_graph.walk) {
        return false;
    }
    at->seen = det.lock_graph.walk;
    return lock_list_add(found, node);
}

/* -- order ---------------------------------------------------------------------------------- */

static bool is_before(const struct lock_rank *a, const struct lock_rank *b) {
    return a->addr != b->addr ? a->addr < b->addr : a->turn < b->turn;
}

static bool is_ranked(uint32_t a, uint32_t b) {
    return is_before(&lockgraph_node(a)->rank, &lockgraph_node(b)->rank);
}

/* All that can be reached from `from` along the order, before `last`; false: so can that. */
static bool reach_ahead(uint32_t from, uint32_t last) {
    struct lock_list *found = &det.lock_graph.ahead;
    lockgraph_walk(found);
    (void)lockgraph_meet(found, from);
    for (uint32_t i = 0; i < found->n; i++) {
        for (uint32_t e = lockgraph_node(found->at[i])->out; e; e = lockgraph_edge(e)->next_out) {
            uint32_t to = lockgraph_edge(e)->to;
            if (to == last) {
                return false;
            }
            if (!lockgraph_edge(e)->back && is_ranked(to, last)) {
                (void)lockgraph_meet(found, to);
            }
        }
    }
    return true;
}

/* All that can reach `to` along the order, after `first`. */
static void reach_behind(uint32_t to, uint32_t first) {
    struct lock_list *found = &det.lock_graph.behind;
    lockgraph_walk(found);
    (void)lockgraph_meet(found, to);
    for (uint32_t i = 0; i < found->n; i++) {
        for (uint32_t e = lockgraph_node(found->at[i])->in; e; e = lockgraph_edge(e)->next_in) {
            uint32_t from = lockgraph_edge(e)->from;
            if (!lockgraph_edge(e)->back && is_ranked(first, from)) {
                (void)lockgraph_meet(found, from);
            }
        }
    }
}

/* By decreasing gaps. */
static void sort_by_rank(uint32_t *nodes, uint32_t n) {
    for (uint32_t gap = n / 2; gap > 0; gap /= 2) {
        for (uint32_t i = gap; i < n; i++) {
            uint32_t node = nodes[i], at = i;
            for (; at >= gap && is_ranked(node, nodes[at - gap]); at -= gap) {
                nodes[at] = nodes[at - gap];
            }
            nodes[at] = node;
        }
    }
}

/* Those behind get the lower ones of all the ranks, those ahead the higher ones. */
static void share_ranks(const struct lock_list *behind, const struct lock_list *ahead) {
    uint32_t n = behind->n + ahead->n;
    uint32_t *nodes = arena_alloc(n * sizeof *nodes);
    struct lock_rank *ranks = arena_alloc(n * sizeof *ranks);
    if (nodes && ranks) {
        copy_bytes(nodes, behind->at, behind->n * sizeof *nodes);
        copy_bytes(nodes + behind->n, ahead->at, ahead->n * sizeof *nodes);
        sort_by_rank(nodes, n);
        for (uint32_t i = 0; i < n; i++) {
            ranks[i] = lockgraph_node(nodes[i])->rank;
        }
        for (uint32_t i = 0; i < n; i++) {
            uint32_t node = i < behind->n ? behind->at[i] : ahead->at[i - behind->n];
            lockgraph_node(node)->rank = ranks[i];
        }
    }
    arena_free(nodes, n * sizeof *nodes);
    arena_free(ranks, n * sizeof *ranks);
}

/* Makes from rank before to; false: there is a path from `to` to `from`. */
static bool keep_order(uint32_t from, uint32_t to) {
    struct lock_graph *g = &det.lock_graph;
    if (is_ranked(from, to)) {
        return true;
    }
    if (!reach_ahead(to, from)) {
        return false;
    }
    reach_behind(from, to);
    sort_by_rank(g->ahead.at, g->ahead.n);
    sort_by_rank(g->behind.at, g->behind.n);
    share_ranks(&g->behind, &g->ahead);
    return true;
}

/* -- cycles --------------------------------------------------------------------------------- */

uint64_t lockgraph_steps(void) {
    const struct lock_graph *g = &det.lock_graph;
    uint64_t all = STEPS_AT_FIRST + g->earned;
    return all > g->taken ? all - g->taken : 0;
}

void lockgraph_take_steps(uint64_t n) {
    det.lock_graph.taken += n;
}

static bool is_round(uint32_t a, uint32_t b) {
    uint32_t round = lockgraph_node(a)->round;
    return round > det.lock_graph.void_rounds && round == lockgraph_node(b)->round;
}

/* Marks what lies on paths from `to` to `from`; when there are too many, what was met of them, and these. */
static void mark_cyclic(uint32_t from, uint32_t to) {
    struct lock_graph *g = &det.lock_graph;
    uint64_t edges = 0, left = lockgraph_steps(), most = left < WALK_MOST ? left : WALK_MOST;
    lockgraph_walk(&g->ahead);
    (void)lockgraph_meet(&g->ahead, to);
    for (uint32_t i = 0; i < g->ahead.n && edges < most; i++) {
        for (uint32_t e = lockgraph_node(g->ahead.at[i])->out; e; e = lockgraph_edge(e)->next_out) {
            (void)lockgraph_meet(&g->ahead, lockgraph_edge(e)->to);
            edges++;
        }
    }
    lockgraph_take_steps(edges);
    uint32_t reached = g->walk;
    bool all = edges >= most; /* it may go round: the search looks closer */
    if (all) {
        limit_raise(LIMIT_LOCK_ORDER_FULL);
    }
    for (uint32_t i = 0; i < g->ahead.n && all; i++) {
        lockgraph_node(g->ahead.at[i])->cyclic = true;
    }
    if (lockgraph_node(from)->seen != reached && !all) {
        return;
    }
    g->walk++; /* what was reached, and reaches */
    g->behind.n = 0;
    uint32_t round = ++g->rounds;
    (void)lockgraph_meet(&g->behind, from);
    for (uint32_t i = 0; i < g->behind.n; i++) {
        struct lock_node *node = lockgraph_node(g->behind.at[i]);
        node->cyclic = true;
        node->round = all ? 0 : round;
        for (uint32_t e = node->in; e; e = lockgraph_edge(e)->next_in) {
            if (lockgraph_node(lockgraph_edge(e)->from)->seen == reached) {
                (void)lockgraph_meet(&g->behind, lockgraph_edge(e)->from);
            }
        }
    }
}

/* -- nodes ---------------------------------------------------------------------------------- */

static bool have_buckets(struct lock_graph *g) {
    if (!g->node_buckets) {
        size_t bytes = LOCKGRAPH_BUCKETS * sizeof(uint32_t);
        g->node_buckets = (uint32_t *)arena_reserve(bytes);
        g->edge_buckets = (uint32_t *)arena_reserve(bytes);
        if (!g->edge_buckets) {
            g->node_buckets = NULL;
        }
    }
    return g->node_buckets != NULL;
}

static uint32_t *node_bucket(uintptr_t lock) {
    return &det.lock_graph.node_buckets[mix64(lock) % LOCKGRAPH_BUCKETS];
}

static uint32_t *edge_bucket(uint32_t from, uint32_t to) {
    return &det.lock_graph.edge_buckets[mix64((uint64_t)from << 32 | to) % LOCKGRAPH_BUCKETS];
}

uint32_t lockgraph_find(uintptr_t lock) {
    uint32_t at = det.lock_graph.node_buckets ? *node_bucket(lock) : 0;
    while (at && lockgraph_node(at)->lock != lock) {
        at = lockgraph_node(at)->next;
    }
    return at;
}

uint32_t lockgraph_make(uintptr_t lock, uint64_t born) {
    struct lock_graph *g = &det.lock_graph;
    uint32_t number = have_buckets(g) ? lockgraph_find(lock) : 0;
    if (number || !g->node_buckets) {
        return number;
    }
    number = g->free_node;
    if (number) {
        g->free_node = lockgraph_node(number)->next;
    } else {
        number = table_take(&g->nodes, node_shape);
    }
    if (number == 0) {
        return 0;
    }
    uint32_t *bucket = node_bucket(lock);
    *lockgraph_node(number) = (struct lock_node){
        .lock = lock, .rank = {.addr = lock, .turn = ++g->turn}, .born = born, .next = *bucket};
    *bucket = number;
    return number;
}

/* -- edges ---------------------------------------------------------------------------------- */

static void insert(uint32_t number) {
    struct lock_edge *edge = lockgraph_edge(number);
    struct lock_node *from = lockgraph_node(edge->from), *to = lockgraph_node(edge->to);
    uint32_t *bucket = edge_bucket(edge->from, edge->to);
    edge->next = *bucket;
    *bucket = number;
    edge->next_out = from->out;
    edge->next_in = to->in;
    if (from->out) {
        lockgraph_edge(from->out)->prev_out = number;
    }
    if (to->in) {
        lockgraph_edge(to->in)->prev_in = number;
    }
    from->out = to->in = number;
}

uint32_t lockgraph_link(uint32_t from, uint32_t to) {
    struct lock_graph *g = &det.lock_graph;
    uint32_t number = *edge_bucket(from, to);
    while (number && (lockgraph_edge(number)->from != from || lockgraph_edge(number)->to != to)) {
        number = lockgraph_edge(number)->next;
    }
    if (number) {
        return number;
    }
    number = g->free_edge;
    if (number) {
        g->free_edge = lockgraph_edge(number)->next;
    } else {
        number = table_take(&g->edges, edge_shape);
    }
    if (number == 0) {
        return 0;
    }
    bool back = !keep_order(from, to);
    *lockgraph_edge(number) = (struct lock_edge){.from = from, .to = to, .back = back};
    insert(number);
    g->n_edges++;
    g->n_back += back;
    bool may_close = back || (g->n_back && lockgraph_node(to)->out && lockgraph_node(from)->in);
    if (may_close && !is_round(from, to)) {
        mark_cyclic(from, to);
    }
    return number;
}

static void unlink(uint32_t number) {
    struct lock_edge *edge = lockgraph_edge(number);
    uint32_t *link = edge_bucket(edge->from, edge->to);
    while (*link != number) {
        link = &lockgraph_edge(*link)->next;
    }
    *link = edge->next;
    *(edge->prev_out ? &lockgraph_edge(edge->prev_out)->next_out
                     : &lockgraph_node(edge->from)->out) = edge->next_out;
    *(edge->prev_in ? &lockgraph_edge(edge->prev_in)->next_in : &lockgraph_node(edge->to)->in) =
        edge->next_in;
    if (edge->next_out) {
        lockgraph_edge(edge->next_out)->prev_out = edge->prev_out;
    }
    if (edge->next_in) {
        lockgraph_edge(edge->next_in)->prev_in = edge->prev_in;
    }
}

static void drop_edge(uint32_t number, void (*gone)(struct lock_edge *edge)) {
    struct lock_graph *g = &det.lock_graph;
    gone(lockgraph_edge(number));
    unlink(number);
    g->n_edges--;
    g->n_back -= lockgraph_edge(number)->back;
    *lockgraph_edge(number) = (struct lock_edge){.next = g->free_edge};
    g->free_edge = number;
}

void lockgraph_drop(uint32_t number, void (*gone)(struct lock_edge *edge)) {
    struct lock_graph *g = &det.lock_graph;
    struct lock_node *node = lockgraph_node(number);
    while (node->out) {
        drop_edge(node->out, gone);
    }
    while (node->in) {
        drop_edge(node->in, gone);
    }
    if (node->cyclic) {
        g->void_rounds = g->rounds;
    }
    uint32_t *link = node_bucket(node->lock);
    while (*link != number) {
        link = &lockgraph_node(*link)->next;
    }
    *link = node->next;
    *node = (struct lock_node){.next = g->free_node};
    g->free_node = number;
}

const char *lockgraph_check(void) {
    const struct lock_graph *g = &det.lock_graph;
    for (uint32_t i = 1; i <= g->edges.next && table_has(&g->edges, edge_shape, i); i++) {
        const struct lock_edge *edge = lockgraph_edge(i);
        if (edge->from && !edge->back && !is_ranked(edge->from, edge->to)) {
            return "an edge against the order that is not marked";
        }
        if (edge->back &&
            !(lockgraph_node(edge->from)->cyclic && lockgraph_node(edge->to)->cyclic)) {
            return "an edge against the order in no cycle";
        }
    }
    return NULL;
}
