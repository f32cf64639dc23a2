/* lockpath.h - nestings that go round: what each holds and takes, and what orders two of them though not all do.
 *
 * Ways     b comes after a, too, if it learned of a by a lock that the circle does not go by (must.h, Ways), or if
 *          its task had turned a's two locks round since (must.h, Turned).
 * Thread   The caller holds lockorder's lock.
 */
#ifndef RADDLE_DETECTOR_LOCKPATH_H
#define RADDLE_DETECTOR_LOCKPATH_H

#include "detector/lockorder.h"

/* Nestings, each of which takes what the next one holds, and the last what the first does. */
struct lock_path {
    const uint32_t *nesting;
    uint32_t n;
    uint64_t *steps; /* raised by what it takes to look at them */
};

/* Who took a lock for writing, whatever it held. */
static inline bool nesting_is_writer(const struct nesting *nesting) {
    return nesting->edge == 0;
}

/* The node of what a nesting takes. */
static inline uint32_t nesting_takes(const struct nesting *nesting) {
    return nesting_is_writer(nesting) ? nesting->node : lockgraph_edge(nesting->edge)->to;
}

/* The lock that nesting i holds, and the one before it takes; NULL: a writer's. */
DET_HIDDEN const struct held_lock *lockpath_held(const struct lock_path *path, uint32_t i);

/* Whether two are ordered by other locks than those of the path. */
DET_HIDDEN bool lockpath_is_ordered(const struct lock_path *path);

#endif
