/* budget.h - what is given up when memory=SIZE is used up?
 *
 * Model    The option bounds what grows with the program: pages of shadow, tables, blocks of the arena, as
 *          the system has given them (pools keep what was freed, so that counts too). In eighths of the budget:
 *
 *            from 4   a collection (collect.h) after each one more: empty pages go back, records grow older
 *            from 7   after that collection, if it was not enough:
 *              1. pages all of whose records are ordered before every live task: nothing is lost;
 *              2. pages of which nothing was recorded for the longest time, until 6 are left, but never more
 *                 than half of all pages: races with what is recorded there are lost, which
 *                 LIMIT_BUDGET counts by page, so that the run is not clean.
 *
 * Safe     Clocks, edges, locks and names are never given up: without one of them the next race might be
 *          a false alarm. Without a record, races with it are missing, and nothing else is. What cannot
 *          be given up may pass the budget, and so may what is taken while a thread that was stopped inside the
 *          core puts collections off: LIMIT_BUDGET_PASSED says so.
 * Age      A record's age is the number of collections that its segment has seen: one or two of each stop,
 *          two when what was given up made the second worth while. Each takes every task's present
 *          segment away (below), so a page in use is recorded in anew, and is young.
 * Stopped  All of it happens inside a collection, when nobody else is in the core. Fast paths
 *          (hot.h) may look at a page while it goes: they see a record, or none and come in.
 * Segments A thread may be stopped in a fast path between reading its segment's number and comparing it. The
 *          number that is taken away stays marked (det_task.aged_segment) until the next one of the task
 *          is taken away, which it has taken inside the core; the second collection of a stop finds
 *          none, and leaves the mark.
 * Strangers A thread that nobody is known to have made is ordered after nothing. If pages went by 1
 *          before it came, what it does could have raced with them: they are counted then.
 */
#ifndef RADDLE_DETECTOR_BUDGET_H
#define RADDLE_DETECTOR_BUDGET_H

#include "detector/marks.h"

struct budget_state {
    uint64_t due;  /* bytes in use at which a collection is wanted; UINT64_MAX: no budget */
    uint8_t *ages; /* of segments, by index */
    uint32_t ages_room;
    uint32_t aged;    /* indexes below it have an age, others 0 */
    uint64_t retired; /* pages that went by 1 and have not been counted */
    uint64_t dropped; /* pages that went by 2 */
};

struct det_task;

DET_HIDDEN void budget_init(void);
/* Bytes that the budget is about. Any time; others may be changing it. */
DET_HIDDEN uint64_t budget_used(void);
/* To be called when memory was taken. Any thread, under any lock. */
DET_HIDDEN DET_COLD void budget_grew_slow(void);
/* A task begins that no task has made. */
DET_HIDDEN void budget_stranger(void);

/* Of a collection, before the sweep: segments that are in use have become older. */
DET_HIDDEN void budget_age(const struct marks *live);
/* After it: gives up what has to be. Whether another collection is worth while, for the segments that
 * only records given up named. */
DET_HIDDEN bool budget_relieve(void);
/* After all of it, or when it was put off: when is the next one due? */
DET_HIDDEN void budget_set_due(bool done);

#endif
