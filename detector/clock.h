/* clock.h - vector clocks: who has seen how much of whom.
 *
 * Model    task number -> last epoch of that task that happens before now; join is max [Fidge88].
 * Form     The owner's own epoch stands outside a radix tree of fan-out 32, whose nodes are shared
 *          between clocks and copied when one of several holders changes them. Copying a clock is
 *          four words; a join stops where both trees are the same node.
 * Near     The numbers raised last stand beside the tree: two tasks that hand something to and fro raise
 *          one number each time, and would copy a path of a shared tree for it. When there is no room
 *          all go into the tree together: tasks that work together mostly share its nodes. Law: a near
 *          number is above the tree's; a task has one at most.
 * Pure     A pure clock is exactly what task `own` published as its epoch `at`. Law: no epoch is
 *          published with two contents (task.c raises it after every publication that differed from
 *          the last). So "b knows own's epoch at" implies "b knows all of it".
 * Stamps   A tree is the union of at most CLOCK_STAMPS publications, or nobody knows of which. A
 *          publication is (task, at, since): all of the task's epochs from `since` to `at` were
 *          published with the same tree, so that whoever knows one of them lacks only the number
 *          `at`. With these, most joins are O(1) at 100,000 tasks, where walking the trees would
 *          cost 50 us each.
 * Thread   a clock belongs to one task, or to an object whose lock the caller holds.
 * Memory   zero is the empty clock. Without memory a join loses knowledge; the caller is made blind
 *          (limit_blind), because a lost edge would be a false alarm.
 * Naive model: an array of epochs, in tests/trace/oracle.h; trace_oracle compares both.
 */
#ifndef RADDLE_DETECTOR_CLOCK_H
#define RADDLE_DETECTOR_CLOCK_H

#include "detector/marks.h"

#define CLOCK_FAN_SHIFT 5u
#define CLOCK_FAN       (1u << CLOCK_FAN_SHIFT)
#define CLOCK_SLABS     8u
#define CLOCK_STAMPS    3u
#define CLOCK_NEAR      4u

#define CLOCK_STAMPS_UNKNOWN 255u

struct clock_stamp {
    uint32_t task, at, since;
};

/* Law      stamps of a task's clock and of a pure one: what its tree is made of; of any other clock:
 *          what all of it is made of. */
struct clock {
    uint32_t root; /* node number; 0: no other task is known */
    uint32_t own;  /* whose epoch stands outside; 0: nobody's */
    uint32_t at;   /* that epoch */
    uint32_t
        since; /* of a pure clock, and of a task's: its publications since then had this tree */
    uint8_t levels; /* of the tree: 1 is a leaf alone */
    bool pure;
    uint8_t n_stamps; /* CLOCK_STAMPS_UNKNOWN: too many to keep */
    uint8_t n_near;
    struct {
        uint32_t task, at;
    } near[CLOCK_NEAR];
    struct clock_stamp stamp[CLOCK_STAMPS];
};

/* Law: behind the first stamp nothing counts but for clocks with more than one. */
#define CLOCK_LINE 64u
_Static_assert(offsetof(struct clock, stamp) + sizeof(struct clock_stamp) == CLOCK_LINE,
               "the parts that most clocks use are one line");

/* slot: epochs in a leaf, child nodes above. Law: a node with more than one holder is immutable. */
struct clock_node {
    uint32_t holders; /* roots and parents that refer to it */
    uint32_t next;    /* free list */
    uint32_t slot[CLOCK_FAN];
};

struct clock_state {
    struct table nodes;
    struct clock_slab {
        struct spin lock;
        uint32_t free;
    } slabs[CLOCK_SLABS];
};

/* Epoch of `task` that c knows; 0: none. Cost: O(levels). */
DET_HIDDEN uint32_t clock_get(const struct clock *c, uint32_t task);

static inline bool clock_is_empty(const struct clock *c) {
    return c->root == 0 && c->own == 0 && c->n_near == 0;
}

/* *to := *from, which holds the same tree, or of which the caller gives the hold to *to. What is behind
 * the first line, which most clocks do not use, is left alone. */
static inline void clock_assign(struct clock *to, const struct clock *from) {
    /* One by one: of a publication some were written a moment ago, and a wider load would wait for them. */
    to->root = __atomic_load_n(&from->root, __ATOMIC_RELAXED);
    to->own = __atomic_load_n(&from->own, __ATOMIC_RELAXED);
    to->at = __atomic_load_n(&from->at, __ATOMIC_RELAXED);
    to->since = __atomic_load_n(&from->since, __ATOMIC_RELAXED);
    to->levels = __atomic_load_n(&from->levels, __ATOMIC_RELAXED);
    to->pure = __atomic_load_n(&from->pure, __ATOMIC_RELAXED);
    to->n_stamps = __atomic_load_n(&from->n_stamps, __ATOMIC_RELAXED);
    to->n_near = __atomic_load_n(&from->n_near, __ATOMIC_RELAXED);
    __builtin_memcpy(to->near, from->near, sizeof to->near);
    to->stamp[0] = from->stamp[0];
    if (__builtin_expect(from->n_stamps > 1, 0)) {
        for (uint32_t i = 1; i < CLOCK_STAMPS; i++) {
            to->stamp[i] = from->stamp[i];
        }
    }
}

/* *to, which must be empty, becomes a second holder of what *from holds. */
DET_HIDDEN void clock_copy(struct clock *to, const struct clock *from);
DET_HIDDEN void clock_drop(struct clock *c);

/* Task clock |= *from. learned: the owner has learned something since it published last. Returns
 * whether anything was learned now. */
DET_HIDDEN bool clock_learn(struct clock *c, bool learned, const struct clock *from);
/* Clock of an object |= *from, a task's publication. */
DET_HIDDEN void clock_merge(struct clock *c, const struct clock *from);
/* Puts the own epoch `at` of a task's clock, which it is publishing now, into the tree too, so that
 * a clock of another owner can share it. */
DET_HIDDEN void clock_fold_own(struct clock *c, uint32_t at);

/* A task's clock learns all epochs of `task` up to `at`, by no publication. */
DET_HIDDEN void clock_know(struct clock *c, uint32_t task, uint32_t at);
/* Numbers that are not in `needed` will name other tasks: *c, whoever's it is, no longer says that
 * it is made of their publications. What it knows stays. */
DET_HIDDEN void clock_forget(struct clock *c, const struct marks *needed);
/* A task's clock goes on as that of task `own` at epoch `at`. */
DET_HIDDEN void clock_renew(struct clock *c, uint32_t own, uint32_t at);

/* For tests: the laws of a tree hold; returns NULL or what is wrong. */
DET_HIDDEN const char *clock_check(const struct clock *c);

#endif
