/* clock.c - vector clocks: who has seen how much of whom? */
#include "detector/clock.h"

#include "detector/state.h"

static const struct table_shape node_shape = {sizeof(struct clock_node), 12, NUMBERS_CLOCKS};

static struct clock_node *node_at(uint32_t number) {
    return table_at(&det.clocks.nodes, node_shape, number);
}

/* -- nodes ---------------------------------------------------------------------------------- */

static uint32_t node_new(uint32_t hint) {
    struct clock_slab *slab = &det.clocks.slabs[hint % CLOCK_SLABS];
    spin_lock(&slab->lock);
    uint32_t number = slab->free;
    if (number) {
        slab->free = node_at(number)->next;
    }
    spin_unlock(&slab->lock);
    if (number == 0) {
        number = table_take(&det.clocks.nodes, node_shape);
    }
    if (number == 0) {
        limit_blind();
        return 0;
    }
    node_at(number)->holders = 1;
    return number;
}

static void node_free(uint32_t number) {
    struct clock_slab *slab = &det.clocks.slabs[number % CLOCK_SLABS];
    spin_lock(&slab->lock);
    node_at(number)->next = slab->free;
    slab->free = number;
    spin_unlock(&slab->lock);
}

static uint32_t node_hold(uint32_t number) {
    if (number) {
        /* Relaxed: the caller has a holder already, which keeps the node alive. */
        __atomic_fetch_add(&node_at(number)->holders, 1, __ATOMIC_RELAXED);
    }
    return number;
}

static void node_release(uint32_t number, uint32_t level) {
    if (number == 0) {
        return;
    }
    struct clock_node *node = node_at(number);
    /* Pairs with itself: the last holder sees all that the others did to the node. */
    if (__atomic_fetch_sub(&node->holders, 1, __ATOMIC_ACQ_REL) != 1) {
        return;
    }
    for (uint32_t i = 0; level > 1 && i < CLOCK_FAN; i++) {
        node_release(node->slot[i], level - 1);
    }
    node_free(number);
}

/* A node with the content of `number` that the caller alone holds; takes the caller's hold of
 * `number`. 0: a fresh, empty one. Without memory: 0, and the hold is gone. */
static uint32_t node_own(uint32_t number, uint32_t level) {
    if (number && __atomic_load_n(&node_at(number)->holders, __ATOMIC_ACQUIRE) == 1) {
        return number; /* nobody can gain a hold except through ours */
    }
    uint32_t fresh = node_new(number);
    if (fresh) {
        struct clock_node *to = node_at(fresh);
        const struct clock_node *from = number ? node_at(number) : NULL;
        for (uint32_t i = 0; i < CLOCK_FAN; i++) {
            uint32_t slot = from ? from->slot[i] : 0;
            to->slot[i] = level > 1 ? node_hold(slot) : slot;
        }
    }
    node_release(number, level);
    return fresh;
}

/* -- trees ---------------------------------------------------------------------------------- */

static uint32_t leaf_union(uint32_t a, uint32_t b) {
    const struct clock_node *na = node_at(a);
    const struct clock_node *nb = node_at(b);
    bool a_lacks = false;
    bool b_lacks = false;
    for (uint32_t i = 0; i < CLOCK_FAN; i++) {
        a_lacks |= na->slot[i] < nb->slot[i];
        b_lacks |= nb->slot[i] < na->slot[i];
    }
    if (!a_lacks) {
        return a;
    }
    if (!b_lacks) { /* share b's node rather than own an equal one: later joins stop here */
        node_hold(b);
        node_release(a, 1);
        return b;
    }
    a = node_own(a, 1);
    if (a) {
        struct clock_node *to = node_at(a);
        for (uint32_t i = 0; i < CLOCK_FAN; i++) {
            to->slot[i] = to->slot[i] > nb->slot[i] ? to->slot[i] : nb->slot[i];
        }
    }
    return a;
}

static bool same_slots(const struct clock_node *a, const struct clock_node *b) {
    bool differ = false;
    for (uint32_t i = 0; i < CLOCK_FAN; i++) {
        differ |= a->slot[i] != b->slot[i];
    }
    return !differ;
}

/* The union of tree a, whose hold is taken, and tree b of the same height; returns a hold. */
static uint32_t tree_union(uint32_t a, uint32_t b, uint32_t level) {
    if (a == b || b == 0) {
        return a;
    }
    if (a == 0) {
        return node_hold(b);
    }
    if (level == 1) {
        return leaf_union(a, b);
    }
    const struct clock_node *nb = node_at(b);
    bool a_lacks = false;
    bool b_lacks = false;
    for (uint32_t i = 0; i < CLOCK_FAN; i++) {
        uint32_t ka = node_at(a)->slot[i];
        uint32_t kb = nb->slot[i];
        a_lacks |= kb != ka && kb != 0;
        b_lacks |= kb != ka && ka != 0;
    }
    if (!a_lacks) {
        return a;
    }
    if (b_lacks) {
        a = node_own(a, level);
        for (uint32_t i = 0; a && i < CLOCK_FAN; i++) {
            struct clock_node *to = node_at(a);
            to->slot[i] = tree_union(to->slot[i], nb->slot[i], level - 1);
        }
        if (a == 0 || !same_slots(node_at(a), nb)) {
            return a;
        }
    }
    node_hold(b);
    node_release(a, level);
    return b;
}

/* Gives c's tree at least `levels` levels. */
static void heighten(struct clock *c, uint32_t levels) {
    if (c->root == 0) {
        c->levels = (uint8_t)(levels > c->levels ? levels : c->levels);
        return;
    }
    while (c->levels < levels) {
        uint32_t top = node_own(0, c->levels + 1u);
        if (top == 0) {
            return;
        }
        node_at(top)->slot[0] = c->root;
        c->root = top;
        c->levels++;
    }
}

/* Tree a (taken) of a_levels |= tree b of no more levels. */
static uint32_t union_below(uint32_t a, uint32_t a_levels, uint32_t b, uint32_t b_levels) {
    if (a_levels == b_levels) {
        return tree_union(a, b, a_levels);
    }
    a = node_own(a, a_levels);
    if (a) {
        struct clock_node *to = node_at(a);
        to->slot[0] = union_below(to->slot[0], a_levels - 1, b, b_levels);
    }
    return a;
}

static void union_trees(struct clock *c, const struct clock *from) {
    if (from->root == 0 || from->root == c->root) {
        return;
    }
    heighten(c, from->levels);
    if (c->levels >= from->levels) {
        c->root = union_below(c->root, c->levels, from->root, from->levels);
    }
}

static uint32_t levels_for(uint32_t task) {
    uint32_t levels = 1;
    while (task >>= CLOCK_FAN_SHIFT) {
        levels++;
    }
    return levels;
}

/* -- clocks --------------------------------------------------------------------------------- */

static uint32_t get_in_tree(const struct clock *c, uint32_t task) {
    uint32_t shift = c->levels * CLOCK_FAN_SHIFT;
    if (c->root == 0 || (shift < 32 && task >> shift)) {
        return 0;
    }
    uint32_t number = c->root;
    while (number && shift > 0) {
        shift -= CLOCK_FAN_SHIFT;
        number = node_at(number)->slot[(task >> shift) % CLOCK_FAN];
    }
    return number; /* in a leaf: the epoch itself */
}

uint32_t clock_get(const struct clock *c, uint32_t task) {
    if (task == c->own) {
        return c->at;
    }
    for (uint32_t i = 0; i < c->n_near; i++) {
        if (c->near[i].task == task) {
            return c->near[i].at;
        }
    }
    return get_in_tree(c, task);
}

void clock_copy(struct clock *to, const struct clock *from) {
    *to = *from;
    node_hold(to->root);
}

void clock_drop(struct clock *c) {
    node_release(c->root, c->levels);
    *c = (struct clock){0};
}

static void raise_in_tree(struct clock *c, uint32_t task, uint32_t at) {
    if (get_in_tree(c, task) >= at) {
        return;
    }
    heighten(c, levels_for(task));
    uint32_t *place = &c->root;
    for (uint32_t level = c->levels; level > 0; level--) {
        *place = node_own(*place, level);
        if (*place == 0) {
            return; /* blind by now */
        }
        uint32_t within = (task >> ((level - 1) * CLOCK_FAN_SHIFT)) % CLOCK_FAN;
        place = &node_at(*place)->slot[within];
    }
    *place = at;
}

/* c knows task's epoch `at`, besides what it knew; task is not c->own. */
static void raise(struct clock *c, uint32_t task, uint32_t at) {
    if (clock_get(c, task) >= at) {
        return;
    }
    uint32_t i = 0;
    while (i < c->n_near && c->near[i].task != task) {
        i++;
    }
    if (i ==
        CLOCK_NEAR) { /* all at once: numbers of tasks that work together are near in the tree */
        for (i = CLOCK_NEAR; i > 0; i--) {
            raise_in_tree(c, c->near[i - 1].task, c->near[i - 1].at);
        }
        c->n_near = 0;
    }
    c->n_near = (uint8_t)(i < c->n_near ? c->n_near : i + 1);
    c->near[i].task = task;
    c->near[i].at = at;
}

void clock_fold_own(struct clock *c, uint32_t at) {
    uint32_t own = c->own;
    if (at == 0) {
        return;
    }
    c->own = 0; /* for a moment the tree is nobody's: it may hold the own epoch */
    raise(c, own, at);
    c->own = own;
    c->n_stamps = 1;
    c->stamp[0] = (struct clock_stamp){.task = own, .at = at, .since = c->since};
}

void clock_know(struct clock *c, uint32_t task, uint32_t at) {
    raise(c, task, at);
    c->n_stamps = CLOCK_STAMPS_UNKNOWN;
}

/* -- stamps --------------------------------------------------------------------------------- */

/* Whether c knows the publications that `of` is stamped with: wholly, or all but their numbers. */
static bool knows_stamps(const struct clock *c, const struct clock *of, bool wholly) {
    if (of->n_stamps == CLOCK_STAMPS_UNKNOWN) {
        return false;
    }
    for (uint32_t i = 0; i < of->n_stamps; i++) {
        const struct clock_stamp *stamp = &of->stamp[i];
        if (clock_get(c, stamp->task) < (wholly ? stamp->at : stamp->since)) {
            return false;
        }
    }
    return true;
}

/* Whether c knows all of an object's clock. */
static bool knows_all(const struct clock *c, const struct clock *of) {
    return of->pure ? clock_get(c, of->own) >= of->at : knows_stamps(c, of, true);
}

static void raise_any(struct clock *c, const struct clock_stamp *stamp) {
    if (stamp->task != c->own) {
        raise(c, stamp->task, stamp->at);
    } else if (c->at < stamp->at) { /* an object's: no task knows less of itself than others do */
        c->at = stamp->at;
    }
}

static void union_all(struct clock *c, const struct clock *from) {
    union_trees(c, from);
    for (uint32_t i = 0; i < c->n_near;) { /* the law of near */
        if (get_in_tree(c, c->near[i].task) < c->near[i].at) {
            i++;
        } else {
            c->near[i] = c->near[--c->n_near];
        }
    }
    for (uint32_t i = 0; i < from->n_near; i++) {
        struct clock_stamp number = {.task = from->near[i].task, .at = from->near[i].at};
        raise_any(c, &number);
    }
}

/* c := c and the tree of *from. Walks the trees only if c may lack more than a few numbers. */
static void join_trees(struct clock *c, const struct clock *from) {
    if (from->pure && clock_get(c, from->own) >= from->since) {
        return;
    }
    if (!knows_stamps(c, from, false)) {
        union_all(c, from);
        return;
    }
    for (uint32_t i = 0; i < from->n_stamps; i++) {
        raise_any(c, &from->stamp[i]);
    }
}

static void add_stamp(struct clock *c, struct clock_stamp stamp) {
    if (c->n_stamps >= CLOCK_STAMPS) {
        c->n_stamps = CLOCK_STAMPS_UNKNOWN;
        return;
    }
    c->stamp[c->n_stamps++] = stamp;
}

static struct clock_stamp own_stamp(const struct clock *c) {
    return (struct clock_stamp){.task = c->own, .at = c->at, .since = c->since};
}

/* c is being joined with all of *from: so are the stamps, but for those that *from knows. */
static void join_stamps(struct clock *c, const struct clock *from) {
    uint32_t n = c->n_stamps;
    if (n == CLOCK_STAMPS_UNKNOWN || (!from->pure && from->n_stamps == CLOCK_STAMPS_UNKNOWN)) {
        c->n_stamps = CLOCK_STAMPS_UNKNOWN;
        return;
    }
    c->n_stamps = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (clock_get(from, c->stamp[i].task) < c->stamp[i].at) {
            c->stamp[c->n_stamps++] = c->stamp[i];
        }
    }
    if (from->pure) {
        add_stamp(c, own_stamp(from));
        return;
    }
    for (uint32_t i = 0; i < from->n_stamps; i++) {
        add_stamp(c, from->stamp[i]);
    }
}

/* -- joins ---------------------------------------------------------------------------------- */

/* c's tree := that of *from, which has all of it but the numbers of c's stamps. */
static void take_tree(struct clock *c, const struct clock *from) {
    node_hold(from->root);
    node_release(c->root, c->levels);
    c->root = from->root;
    c->levels = from->levels;
    c->n_near = from->n_near;
    for (uint32_t i = 0; i < CLOCK_NEAR; i++) {
        c->near[i] = from->near[i];
    }
    for (uint32_t i = 0; i < c->n_stamps && c->n_stamps != CLOCK_STAMPS_UNKNOWN; i++) {
        raise_any(c, &c->stamp[i]);
    }
}

bool clock_learn(struct clock *c, bool learned, const struct clock *from) {
    if (clock_is_empty(from) || knows_all(c, from)) {
        return false;
    }
    if (!learned && c->since && clock_get(from, c->own) >= c->since) {
        c->n_stamps = 0; /* they know what we published last, and that is all we know */
        take_tree(c, from);
    } else if (knows_stamps(from, c, false)) {
        take_tree(c, from);
    } else {
        join_trees(c, from);
    }
    join_stamps(c, from);
    if (from->own && from->own != c->own) {
        raise(c, from->own, from->at);
    }
    return true;
}

void clock_merge(struct clock *c, const struct clock *from) {
    if (clock_is_empty(c) || knows_all(from, c)) {
        if (c->root == from->root) { /* as when only an epoch rose: no hold changes hands */
            clock_assign(c, from);
            return;
        }
        struct clock old = *c;
        clock_copy(c, from);
        clock_drop(&old);
        return;
    }
    if (knows_all(c, from)) {
        return;
    }
    if (c->pure) {
        c->pure = false;
        c->n_stamps = 1;
        c->stamp[0] = own_stamp(c);
    }
    join_trees(c, from);
    join_stamps(c, from);
    if (from->own == c->own) {
        c->at = c->at > from->at ? c->at : from->at;
    } else if (from->own) {
        raise(c, from->own, from->at);
    }
}

/* -- numbers given out again ---------------------------------------------------------------- */

void clock_forget(struct clock *c, const struct marks *needed) {
    if (c->pure && !marks_has(needed, c->own)) {
        c->pure = false;
        c->n_stamps = CLOCK_STAMPS_UNKNOWN;
    }
    for (uint32_t i = 0; c->n_stamps != CLOCK_STAMPS_UNKNOWN && i < c->n_stamps; i++) {
        if (!marks_has(needed, c->stamp[i].task)) {
            c->n_stamps = CLOCK_STAMPS_UNKNOWN;
        }
    }
}

void clock_renew(struct clock *c, uint32_t own, uint32_t at) {
    uint32_t old = c->own, old_at = c->at;
    c->own = 0;
    raise(c, old, old_at);
    c->own = own;
    c->at = at;
    c->since = 0;
    c->n_stamps = CLOCK_STAMPS_UNKNOWN;
}

/* -- laws ----------------------------------------------------------------------------------- */

static const char *check_tree(uint32_t number, uint32_t level) {
    if (number == 0) {
        return NULL;
    }
    const struct clock_node *node = node_at(number);
    if (node->holders == 0) {
        return "a node in use has no holder";
    }
    for (uint32_t i = 0; level > 1 && i < CLOCK_FAN; i++) {
        const char *wrong = check_tree(node->slot[i], level - 1);
        if (wrong) {
            return wrong;
        }
    }
    return NULL;
}

const char *clock_check(const struct clock *c) {
    if (c->root && c->levels == 0) {
        return "a tree without levels";
    }
    if (c->pure && (c->own == 0 || c->at == 0)) {
        return "a pure clock of nobody, or of epoch 0";
    }
    if (c->n_stamps > CLOCK_STAMPS && c->n_stamps != CLOCK_STAMPS_UNKNOWN) {
        return "more stamps than there is room for";
    }
    return check_tree(c->root, c->levels);
}
