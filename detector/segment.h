/* segment.h - which task, at which of its epochs, holding which locks, made a record?
 *
 * Model    A segment is a stretch of one task in which neither its epoch nor its locks changed. Its
 *          number is the low half of every record made there. Numbers are even: a record sets the
 *          low bit for an atomic access (record.h).
 * Law      A segment does not change while a record, or a task's hot.segment, refers to it, so a number
 *          read from a record can be looked up without a lock: the record's publication orders the
 *          entry before it. Numbers that nothing refers to are given out again (collect.h).
 * Groups   SEGMENT_GROUP numbers in a row belong to one task where that can be had, and one word of eight
 *          bytes then says of all of them whose they are and that none is of a later epoch than `at`.
 *          Mostly that word suffices to tell that a record is ordered before the task that meets it; it
 *          is a 96th of what the segments are, and stays in the cache (tests/bench, hash).
 */
#ifndef RADDLE_DETECTOR_SEGMENT_H
#define RADDLE_DETECTOR_SEGMENT_H

#include "detector/marks.h"
#include "detector/numbers.h"

/* Law      of one that is not in use: the first of a run of such holds the run's length in `at` and the
 *          first of the next run in `lockset`; the others hold nothing of worth. */
struct segment {
    uint32_t task;
    uint32_t at; /* the task's epoch */
    uint32_t lockset;
};

#define SEGMENT_SHAPE ((struct table_shape){sizeof(struct segment), 16, NUMBERS_SEGMENTS})

#define SEGMENT_GROUP 64u /* a batch is of one group; see segment_new */

#define SEGMENT_GROUP_SHAPE                                                                        \
    ((struct table_shape){sizeof(uint64_t), 12, NUMBERS_SEGMENTS / SEGMENT_GROUP + 2})

/* Law      of a group's word { at 32 | task 32 }: 0: it may be of several tasks. Else each of its segments
 *          that is in use is of this task, and of no epoch after `at`; which is SEGMENT_OPEN
 *          while the task takes numbers from it. */
#define SEGMENT_OPEN ((uint64_t)UINT32_MAX << 32)

/* Runs of free numbers, n in all; 0: none. */
struct segment_runs {
    uint32_t first, last, n;
};

/* Numbers that one task took at once, so that it need not ask for each. */
struct segment_batch {
    uint32_t next, left;     /* index */
    uint32_t size;           /* of the last one */
    struct segment_runs own; /* free ones of groups that are this task's, none across two groups */
    uint32_t own_taken;      /* not counted in `taken` yet */
};

struct segment_state {
    struct table table;
    struct spin lock;
    uint32_t limit; /* indexes are below it */
    struct table groups;
    struct segment_runs whole; /* of those given back: whole groups */
    struct segment_runs rest;  /* parts of groups that are nobody's, or of several */
    uint32_t taken;            /* since the last collection */
    uint32_t due;              /* `taken` at which one is wanted */
    /* After the last one: entries whose memory was given back, free ones in `whole` before these, and those
     * taken from there since. */
    uint32_t absent, kept, taken_whole;
};

DET_HIDDEN void segment_init(void);
/* A new one; 0, after raising LIMIT_SEGMENTS_FULL, when numbers ran out. Cost: at most one lock for each
 * batch, which doubles up to a group, so that tasks of few segments hold few. */
DET_HIDDEN uint32_t segment_new(struct segment_batch *batch, uint32_t task, uint32_t at,
                                uint32_t lockset);
/* Says for good how late the segments of the batch are; more are taken from other groups. */
DET_HIDDEN void segment_close(const struct segment_batch *batch);
/* The rest of a batch; its owner ends. */
DET_HIDDEN void segment_give_back(struct segment_batch *batch);
/* Takes back all whose index is not marked, those of batches too. Nobody else is in the core. */
DET_HIDDEN void segment_sweep(const struct marks *live);
/* In a child: lists that a thread of the parent was changing are swept together anew by the next
 * collection. */
DET_HIDDEN void segment_fork_child(void);
/* Of entries; those given back to the system not counted. */
DET_HIDDEN uint64_t segment_bytes(void);
DET_HIDDEN uint64_t segment_absent_bytes(void);
/* The highest index ever given out. */
DET_HIDDEN uint32_t segment_last(void);
/* number: with or without the atomic bit; not 0. */
DET_HIDDEN const struct segment *segment_at(uint32_t number);
/* The word of its group. */
DET_HIDDEN uint64_t segment_group(uint32_t number);

#endif
