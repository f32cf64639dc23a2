/* must.h - what must have happened before, in whatever order locks are taken?
 *
 * Problem  Two tasks that take two locks in different orders are told apart by happens-before: if the one is
 *          joined before the other begins, they cannot deadlock. But of two that do not deadlock the one lets
 *          the locks go before the other takes them, and that is an edge, too: every run would be silent.
 * Model    A second clock of each task, the must clock: raised by every edge that the other order of the
 *          locks could not undo. Those are creation, join, channels, semaphores, barriers, once, atomics
 *          that release, annotations: whatever is no lock. From one that lets a lock go to the next who takes it there is an
 *          edge only while the lock is a lone one: never yet taken while another was held, nor held while
 *          another was taken. A lone lock is in no cycle, and what it guards (a flag, a queue) is how much work
 *          is handed over: who found the flag set could not have come first. Readers publish nothing that
 *          a flag could be.
 * Error side  An edge too many hides a cycle that another run, in which a lone lock or a counter is passed in
 *          the other order, would tell. One too few would be a false alarm: a flag guarded by a lock that is
 *          nested elsewhere is the one case left, and then what says so is that very nesting.
 * Epochs   Those of the task's first clock, so that one number stands in both; but the trees differ, and so
 *          `since` does. Law: whatever raises must raises `learned`, so that no epoch is published with two
 *          contents (clock.h, Pure).
 * Cost     None until somebody has taken a lock while holding one: a load and a compare for each edge. There
 *          is nothing to know before: who could be ordered did not yet exist.
 * Thread   As clocks: a task's is its own, an object's is guarded by its shard.
 */
#ifndef RADDLE_DETECTOR_MUST_H
#define RADDLE_DETECTOR_MUST_H

#include "detector/arena.h"
#include "detector/clock.h"

struct det_task;
struct sync;

/* What belongs to a sync object, from the first edge on. */
struct must_object {
    struct clock clock;
    uint32_t known_by; /* a task that knows all of it; 0: nobody */
    uint32_t next_free;
    bool nested; /* no lone lock */
    bool noted;  /* lockorder.c knows it */
    bool handed; /* let go by another task than took it: who holds it is not known */
};

/* Of sync.must: the lock is nested, and nothing was ever published into its clock: there is nothing to look up. */
#define MUST_QUIET ((uint32_t)1 << 31)

/* Of a task. */
struct must_task {
    struct clock clock;
    bool learned;       /* since it published last */
    uint32_t published; /* epoch of its last publication here; 0: none */
    /* What it knew before it took this lock for reading, and learned what its writers had published. */
    uintptr_t read;
    struct clock before;
};

struct must_state {
    uint32_t on;
    struct table objects;
    struct spin lock; /* of free */
    uint32_t free;
};

/* Somebody has taken a lock while holding one. */
DET_HIDDEN void must_begin(void);
/* t |= object. */
DET_HIDDEN DET_COLD void must_take(struct det_task *t, struct sync *x);
/* Object := or |= t's publication; the caller calls task_published afterwards. x's shard is locked. */
DET_HIDDEN DET_COLD void must_put(struct det_task *t, struct sync *x, bool merge);
/* As release_acquire: t learns *old, which is then its, after task_published. */
DET_HIDDEN DET_COLD void must_swap(struct det_task *t, struct sync *x, struct clock *old);
/* Publishes, and learns from who did; the latter after task_published. *from is dropped. */
DET_HIDDEN DET_COLD void must_copy(struct det_task *t, struct clock *now);
DET_HIDDEN DET_COLD void must_learn(struct det_task *t, struct clock *from);
/* A lock is about to be let go, by who holds it exclusively. */
DET_HIDDEN DET_COLD void must_leave(struct det_task *t, struct sync *x);
/* child is made by parent, which may be NULL; before task_published. */
DET_HIDDEN void must_inherit(struct det_task *child, struct det_task *parent);
DET_HIDDEN void must_own(struct det_task *t);
DET_HIDDEN void must_task_drop(struct det_task *t);

/* t takes a lock for reading, and learns of x. */
DET_HIDDEN DET_COLD void must_read(struct det_task *t, struct sync *x);

/* Notes that lockorder.c knows the lock, and that it is nested, if so; false: who holds it is not known. No shard
 * is locked. */
DET_HIDDEN bool must_note(uintptr_t lock, bool nested);
/* Notes that it is let go by another than who took it; whether it was known. Likewise. */
DET_HIDDEN bool must_hand(uintptr_t lock);

/* An object goes; whether it was a lock that lockorder.c knows. Its shard is locked. */
DET_HIDDEN bool must_drop(struct sync *x);
/* The rest is as in sync.h and task.h. */
DET_HIDDEN void must_forget(struct sync *x, const struct marks *needed);
DET_HIDDEN void must_rename(struct sync *x, uint32_t old, uint32_t now);
DET_HIDDEN void must_renew(struct det_task *t, uint32_t old_at, uint32_t number, uint32_t first);
/* For tests: NULL, or what is wrong. */
DET_HIDDEN const struct must_object *must_of(const struct sync *x);

#endif
