/* must.h - what must have happened before, in whatever order locks are taken?
 *
 * Problem  Two tasks that take two locks in different orders are told apart by happens-before: if the one is
 *          joined before the other begins, they cannot deadlock. But of two that do not deadlock the one lets
 *          the locks go before the other takes them, and that is an edge, too: every run would be silent.
 * Model    What a task learned is kept by how it learned it.
 *          The must clock: by anything but a nested lock (one that was ever taken while another was held, or held
 *          while another was taken): creation, join, channels, semaphores, barriers, once, atomics,
 *          annotations (annotated locks, too: annotations.c), and lone locks, which are in no cycle.
 *          Ways: by each nested lock that it took from another task, the lock and all that was known there. What
 *          a lock guards (a flag, a queue) may be what told the task to go on; so ways order two
 *          nestings like the rest, but for those by the locks of the cycle that is asked about.
 *          Beyond MUST_WAYS locks the way that was used longest ago counts as must.
 *          Who publishes tells all that it knows, however it learned it.
 * Watched  A lock that is let go to wait on a condition variable, or held when one is signalled, guards what tasks
 *          wait for. What was learned by it counts as must when it is let go, or was waited for: so also in a cycle of
 *          its own, but not when it was only taken there.
 * Turned   Locks whose order stands in memory that they guard (the nodes of a list) are turned round by a task that
 *          holds both, and the lock that leads to them. A nesting that it knew of then does not come after, in that order;
 *          so it is before whatever that task does under that other lock from then on.
 * Atomics  Who reads a value comes after who wrote it, whatever orders the two operations name: what a relaxed one
 *          would tell, all that its task did in epochs that are over, is kept in the object beside its clock.
 * Error side  An edge too many hides a cycle that another run, in which a lock or a counter is passed in
 *          the other order, would tell. One too few would be a false alarm: left is a flag that is polled under a
 *          lock of the very cycle, or found set without a wait, and acted on before that is let go.
 * Told     A nesting that comes again needs no look while nobody has learned of the last one: who learns of a
 *          publication notes that at its publisher (told), or at all, where there were several (mixed).
 * Laws     Must clocks and ways are made of whole publications, or of those and more, so that the stamps of
 *          clock.h hold; they are never published themselves.
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
struct touch_mark;

#define MUST_WAYS 6u

/* What belongs to a sync object that is a lock of lockorder.c, or written with relaxed order. */
struct must_object {
    struct clock clock; /* what relaxed writes would tell; empty: nothing */
    uint32_t known_by;  /* a task that knows all of it; 0: nobody */
    uint32_t next_free;
    bool noted;  /* lockorder.c knows it */
    bool handed; /* let go by another task than took it: who holds it is not known */
};

/* Of sync.must: the lock is nested; is watched (Watched). */
#define MUST_NESTED  ((uint32_t)1 << 31)
#define MUST_WATCHED ((uint32_t)1 << 30)

/* All that was known where a lock was taken; key: of its object, which another is for readers. */
struct must_way {
    uintptr_t lock, key;
    struct clock clock;
};

struct must_ways {
    uint32_t n;
    struct must_way way[MUST_WAYS]; /* the one used last is the last */
};

/* Of a task. */
struct must_task {
    struct clock clock;     /* nobody's: its own epoch is of no use here */
    struct must_ways *ways; /* NULL until the first */
    uint32_t told;          /* its last epoch that others may have learned of */
    uint32_t mixed;         /* must_state's when it looked last */
    uint32_t nested_at;     /* epoch of its last nesting */
};

struct must_state {
    _Alignas(64) uint32_t on;    /* asked for at each edge */
    _Alignas(64) uint32_t mixed; /* edges from nobody knows how many */
    struct table objects;
    struct spin lock; /* of free */
    uint32_t free;
};

/* Somebody has taken a lock while holding one. */
DET_HIDDEN void must_begin(void);

/* t is about to learn all of x, of which it may know everything already. */
DET_HIDDEN DET_COLD void must_take(struct det_task *t, struct sync *x);
/* Likewise of a lock that readers share: it may be nested in itself. */
DET_HIDDEN DET_COLD void must_take_shared(struct det_task *t, struct sync *x, uintptr_t lock);
/* t lets a watched lock go; x's shard is locked. */
DET_HIDDEN DET_COLD void must_watch(struct sync *x);
DET_HIDDEN DET_COLD void must_leave(struct det_task *t, const struct sync *x);
/* What another task published. */
DET_HIDDEN DET_COLD void must_learn(struct det_task *t, const struct clock *from);
/* t publishes for whoever comes. */
DET_HIDDEN DET_COLD void must_tell(struct det_task *t);
/* What relaxed writes told, and tells it: set: instead of what was told. x's shard is locked. */
DET_HIDDEN DET_COLD void must_take_relaxed(struct det_task *t, struct sync *x);
DET_HIDDEN DET_COLD void must_put_relaxed(struct det_task *t, struct sync *x, bool set);
DET_HIDDEN DET_COLD void must_forget_relaxed(struct sync *x);

/* t has its first clock: what it is born with is a must. */
DET_HIDDEN void must_own(struct det_task *t);
DET_HIDDEN void must_task_drop(struct det_task *t);
/* Whether somebody may have learned of t's epoch `at`. */
DET_HIDDEN bool must_is_told(struct det_task *t, uint32_t at);

/* Notes that lockorder.c knows the lock, and that it is nested, if so; false: who holds it is not known. No shard
 * is locked. */
DET_HIDDEN bool must_note(uintptr_t lock, bool nested);
/* Notes that it is let go by another than who took it; whether it was known. Likewise. */
DET_HIDDEN bool must_hand(uintptr_t lock);

/* An object goes; whether it was a lock that lockorder.c knows. Its shard is locked. */
DET_HIDDEN bool must_drop(struct sync *x);
/* The rest is as in sync.h and task.h. */
DET_HIDDEN void must_forget(struct sync *x, const struct marks *needed);
DET_HIDDEN void must_task_forget(struct det_task *t, const struct marks *needed);
DET_HIDDEN void must_rename(struct sync *x, uint32_t old, uint32_t now);
/* t's epochs are those of another number from now on. */
DET_HIDDEN void must_renew(struct det_task *t);
/* t alone is left, and knows of all that was. */
DET_HIDDEN void must_only(struct det_task *t);
/* For tests: NULL, or what belongs to x. */
DET_HIDDEN const struct must_object *must_of(const struct sync *x);

#endif
