/* lockpath.c - see lockpath.h. */
#include "detector/lockpath.h"

#include "detector/state.h"

#define STEPS_BACK 65536u /* as many edges that lead to one lock are looked at */

const struct held_lock *lockpath_held(const struct lock_path *path, uint32_t i) {
    uint32_t before = path->nesting[i == 0 ? path->n - 1 : i - 1];
    const struct nesting *nesting = nesting_at(path->nesting[i]);
    const struct lock_node *lock = lockgraph_node(nesting_takes(nesting_at(before)));
    return nesting_is_writer(nesting) ? NULL : nesting_holds(nesting, lock, path->steps);
}

static bool is_of_path(const struct lock_path *path, uintptr_t lock) {
    for (uint32_t i = 0; i < path->n; i++) {
        if (nesting_at(path->nesting[i])->taken.lock == lock) {
            return true;
        }
    }
    return false;
}

static bool way_leads_to(const struct must_way *way, const struct nesting *a) {
    return clock_get(&way->clock, a->task) >= a->at;
}

/* Whether b learned of a by a lock that is not one of the path. */
static bool has_way(const struct lock_path *path, const struct nesting *a,
                    const struct nesting *b) {
    for (uint32_t i = 0; i < b->n_ways; i++) {
        if (way_leads_to(&b->ways[i], a) && !is_of_path(path, b->ways[i].lock)) {
            return true;
        }
    }
    return false;
}

/* By whatever locks. */
static bool knows(const struct nesting *b, const struct nesting *a) {
    bool found = clock_get(&b->knew, a->task) >= a->at;
    for (uint32_t i = 0; i < b->n_ways && !found; i++) {
        found = way_leads_to(&b->ways[i], a);
    }
    return found;
}

/* Whether both hold a lock that is not one of the path. */
static bool share_another(const struct lock_path *path, const struct nesting *a,
                          const struct nesting *b) {
    bool found = false;
    for (const struct lockset_node *in = lockset_at(a->set); in && !found;
         in = lockset_at(in->without)) {
        uint32_t number = is_of_path(path, in->held.lock) ? 0 : lockgraph_find(in->held.lock);
        const struct lock_node *lock = number ? lockgraph_node(number) : NULL;
        found = lock && nesting_holds(a, lock, path->steps) && nesting_holds(b, lock, path->steps);
    }
    return found;
}

/* Whether b's task took `last` while it held `first`, when a was over. */
static bool had(const struct lock_path *path, const struct nesting *a, const struct nesting *b,
                uint32_t first, uint32_t last) {
    uint64_t most = *path->steps + STEPS_BACK;
    for (uint32_t e = lockgraph_node(last)->in; e && *path->steps < most;
         e = lockgraph_edge(e)->next_in) {
        ++*path->steps;
        for (uint32_t at = lockgraph_edge(e)->nestings; at; at = nesting_at(at)->next) {
            const struct nesting *both = nesting_at(at);
            ++*path->steps;
            if (both->task == b->task && both->at < b->at && knows(both, a) &&
                nesting_holds(both, lockgraph_node(first), path->steps) &&
                share_another(path, both, b)) {
                return true;
            }
        }
    }
    return false;
}

/* Whether b's task had turned round what nesting i holds and takes. */
static bool had_turned(const struct lock_path *path, uint32_t i, const struct nesting *b) {
    const struct nesting *a = nesting_at(path->nesting[i]);
    const struct held_lock *held = lockpath_held(path, i);
    uint32_t first = held ? lockgraph_find(held->lock) : 0, last = nesting_takes(a);
    return first && (had(path, a, b, first, last) || had(path, a, b, last, first));
}

bool lockpath_is_ordered(const struct lock_path *path) {
    for (uint32_t i = 0; i < path->n; i++) {
        const struct nesting *a = nesting_at(path->nesting[i]);
        for (uint32_t k = 0; k < path->n; k++) {
            const struct nesting *b = nesting_at(path->nesting[k]);
            ++*path->steps;
            if (k != i && (has_way(path, a, b) || had_turned(path, i, b))) {
                return true;
            }
        }
    }
    return false;
}
