/* follow.h - does a race only follow from an earlier one?
 *
 * Every reported race is two accesses that happens-before leaves unordered, after any number of earlier
 * races: no clock ever learns from a race. Still, one may be there only because of another: who reads
 * a flag that is written without synchronisation, and then the data behind the flag, races on both,
 * and no schedule that keeps what the flag's reader saw brings the two accesses of the data together.
 *
 * Model    Schedulable-happens-before [SHB18]: happens-before, and for each read that races with a
 *          write an edge from the write that it sees. A race is said to follow when its accesses are ordered so. It is
 *          reported and counted like any other (C11 calls it a race, and on a weak memory it is one), but
 *          marked, so that a reader begins with the one that comes first.
 * Law      What is marked follows: never is a race marked whose accesses some schedule with the same
 *          reads brings together. The other way it may fail: the first race of a place teaches nothing
 *          (the writer went on in the same epoch, and what it did before and after the write cannot be
 *          told apart); from then on each racing write to the place ends its task's epoch. Nor does
 *          the knowledge pass on through synchronisation, but to new tasks.
 * Cost     Only of accesses that race. A place that raced FOLLOW_TIMES is not followed further, so a hot
 *          benign race uses up no segments.
 * tests/trace compares with the definition.
 */
#ifndef RADDLE_DETECTOR_FOLLOW_H
#define RADDLE_DETECTOR_FOLLOW_H

#include "detector/access.h"
#include "detector/clock.h"

#define FOLLOW_PLACES 512u
#define FOLLOW_TIMES  1000u

/* The last racing plain write to some bytes of a granule, and what its task knew. Two fields of one granule have one
 * place: fewer races are marked. */
struct follow_place {
    uintptr_t granule;
    uint32_t mask; /* 0: nothing is known */
    uint32_t task;
    uint32_t times;
    struct clock known;
};

struct follow_state {
    struct spin lock;
    struct follow_place place[FOLLOW_PLACES]; /* by hash; a newcomer takes an older one's */
};

/* What a task would know if its racing reads ordered; NULL for a task that never raced. */
struct follow_task {
    struct clock known;
    struct clock next; /* learned by the access `by`, which may have more bytes to judge */
    uint64_t by;
    uint32_t risen_from, risen_to; /* epochs that ended by a racing write and published nothing */
};

/* To be called for each race, reported or not: whether it follows. */
DET_HIDDEN bool follow_race(const struct access *a, uint64_t earlier, bool earlier_writes);
/* Whether t has published something since its epoch `at`. */
DET_HIDDEN bool follow_published_since(const struct det_task *t, uint32_t at);
/* Ends t's epoch, which nobody learns of. */
DET_HIDDEN void follow_end_epoch(struct det_task *t);
DET_HIDDEN void follow_inherit(struct det_task *child, const struct det_task *parent);
DET_HIDDEN void follow_drop(struct det_task *t);
/* Forgets every place and what every task knows by them, before task numbers are used again. */
DET_HIDDEN void follow_forget(void);

#endif
