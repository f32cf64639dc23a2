/* lockgraph.c - which lock was taken next after which, and does that go round? */
#include "detector/lockgraph.h"

#include "detector/lockround.h"
#include "detector/state.h"

#define FIRST_ROOM 64u

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

/* -- steps ---------------------------------------------------------------------------------- */

uint64_t lockgraph_steps(void) {
    const struct lock_graph *g = &det.lock_graph;
    uint64_t all = STEPS_AT_FIRST + g->earned;
    return all > g->taken ? all - g->taken : 0;
}

void lockgraph_take_steps(uint64_t n) {
    det.lock_graph.taken += n;
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
    *lockgraph_node(number) = (struct lock_node){.lock = lock, .born = born};
    if (!lockround_make(number)) {
        lockgraph_node(number)->next = g->free_node;
        g->free_node = number;
        return 0;
    }
    uint32_t *bucket = node_bucket(lock);
    lockgraph_node(number)->next = *bucket;
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
    lockround_keep_order(from, to);
    *lockgraph_edge(number) = (struct lock_edge){.from = from, .to = to};
    insert(number);
    g->n_edges++;
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
    lockround_leave(node);
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
        if (edge->from && !lockround_is_kept(edge->from, edge->to)) {
            return "an edge against the order that is in no cycle";
        }
    }
    return lockround_check();
}
