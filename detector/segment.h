/* segment.h - which task, at which of its epochs, holding which locks, made a record?
 *
 * Model    A segment is a stretch of one task in which neither its epoch nor its locks changed. Its
 *          number is the low half of every record made there. Numbers are even: a record sets the
 *          low bit for an atomic access (record.h).
 * Law      A segment never changes, so a number read from a record can be looked up without a lock:
 *          the record's publication (a CAS) orders the entry before it.
 */
#ifndef RADDLE_DETECTOR_SEGMENT_H
#define RADDLE_DETECTOR_SEGMENT_H

#include "detector/arena.h"

struct segment {
    uint32_t task;
    uint32_t at; /* the task's epoch */
    uint32_t lockset;
};

#define SEGMENT_SHAPE ((struct table_shape){sizeof(struct segment), 16, (uint64_t)1 << 31})

struct segment_state {
    struct table table;
};

/* A new one; 0, after raising LIMIT_SEGMENTS_FULL, when numbers ran out. */
DET_HIDDEN uint32_t segment_new(uint32_t task, uint32_t at, uint32_t lockset);
/* number: with or without the atomic bit; not 0. */
DET_HIDDEN const struct segment *segment_at(uint32_t number);

#endif
