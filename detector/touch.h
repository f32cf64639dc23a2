/* touch.h - the access that an operation on a lock or an atomic is, told together with what it orders.
 *
 * Problem  Such an access comes before its own acquire [RP-08, HB-AT-03], where it is not ordered after
 *          what the last holder did. Two tasks in turn would make a set of two records at each acquire,
 *          and drop it at the next.
 * Law      An atomic access is judged against plain records only. Once the object is ours (its lock is
 *          taken, or its shard is locked), nobody can publish a plain access of it into its clock any more. So
 *          if all that stands there then is ordered before us, or atomic, the access may be recorded
 *          after the acquire, provided that nothing came in between: which makes superfluous what the
 *          last holder left (access.h, Kept).
 * Left     struct sync_left: the record that whoever published into the object last had left there by
 *          then. Who knows all of the object's clock need not ask of which segment it is.
 * Cost     One compare-and-swap and no clock, where an access of its own would take a look at each record.
 */
#ifndef RADDLE_DETECTOR_TOUCH_H
#define RADDLE_DETECTOR_TOUCH_H

#include "detector/base.h"

#define TOUCH_GRANULES 2u

struct det_task;

/* What a touch left there: its record, and the word where it stands. */
struct touch_mark {
    uint64_t rec, word; /* 0: not known */
};

/* An access to the first bytes of a primitive, or to an atomic object. Filled in and handed on in place:
 * to copy what was written a moment ago in other widths would stop the processor. */
struct touch {
    uintptr_t addr;
    size_t size;
    uint32_t bits; /* enum ev_access, with EV_ATOMIC */
    uintptr_t pc;
    /* where it is: n granules of a block, `mask` of each; 0: not a case for this file */
    uint64_t *block;
    uint32_t mine, theirs, n, mask;
    uint64_t seen[2 * TOUCH_GRANULES]; /* own kind, other kind: when nothing was left to judge */
    struct touch_mark mark;            /* once recorded */
};

/* Finds the place of an access. size: a power of two. */
DET_HIDDEN void touch_begin(struct touch *touch, uintptr_t addr, size_t size, uint32_t bits,
                            uintptr_t pc);
/* Whether t has recorded the access in its present segment already, so that nothing is left to do. */
DET_HIDDEN bool touch_is_recorded(const struct det_task *t, struct touch *touch);
/* Whether the access may be recorded after t's next acquire from the object, which is ours. */
DET_HIDDEN bool touch_may_wait(struct det_task *t, struct touch *touch);
/* What touch_may_wait saw there, if it is one atomic record of the same bytes that is ordered before t by
 * now, so that a new one stands for it (access.h, Kept); else 0. */
DET_HIDDEN uint64_t touch_before(struct det_task *t, const struct touch *touch);
/* Records what may wait. left: a record there that is ordered before t by now; 0: none is known. */
DET_HIDDEN void touch_after(struct det_task *t, struct touch *touch, uint64_t left);
/* Records the access as any other. */
DET_HIDDEN void touch_record(struct det_task *t, struct touch *touch);
/* Whether the mark still stands there, and nothing was recorded since. */
DET_HIDDEN bool touch_stands(const struct touch *touch, const struct touch_mark *mark);

#endif
