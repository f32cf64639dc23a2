/* numbers.h - how many numbers are there of each kind, and when are they given out again?
 *
 * Limits   Indexes and numbers are below these; what happens at the end of each is its module's affair,
 *          and counted. All are those in use at one time, but nodes of call paths, which stay.
 * Few      A build with NUMBERS_FEW comes to the end of everything within seconds, unless numbers are
 *          given out again all the time (tests/load). No file asks which build it is but this one.
 */
#ifndef RADDLE_DETECTOR_NUMBERS_H
#define RADDLE_DETECTOR_NUMBERS_H

#include <stdint.h>

#ifndef NUMBERS_FEW
#define NUMBERS_SEGMENTS ((uint64_t)1 << 29) /* a word has 30 bits for twice as many */
#define NUMBERS_TASKS    ((uint64_t)1 << 31)
#define NUMBERS_EPOCHS   ((uint32_t)1 << 31) /* of a task, before it needs a fresh number */
#define NUMBERS_LOCKSETS ((uint64_t)1 << 27)
#define NUMBERS_RECSETS  ((uint64_t)(1u << 24) - 1) /* a word has 24 bits for them */
#define NUMBERS_CLOCKS   ((uint64_t)1 << 27)        /* nodes of clocks */
#define NUMBERS_MUST     ((uint64_t)1 << 27)
#define NUMBERS_NESTINGS ((uint64_t)1 << 22) /* of nodes, edges and nestings of the lock graph */
/* Taken before a collection is worth while. */
#define COLLECT_SEGMENTS_FROM ((uint32_t)1 << 18)
#define COLLECT_TASKS_FROM    ((uint32_t)1 << 14)
#else
#define NUMBERS_SEGMENTS      ((uint64_t)1 << 18)
#define NUMBERS_TASKS         ((uint64_t)1 << 15)
#define NUMBERS_EPOCHS        ((uint32_t)1 << 13)
#define NUMBERS_LOCKSETS      ((uint64_t)1 << 17)
#define NUMBERS_RECSETS       ((uint64_t)1 << 15)
#define NUMBERS_CLOCKS        ((uint64_t)1 << 18)
#define NUMBERS_MUST          ((uint64_t)1 << 17)
#define NUMBERS_NESTINGS      ((uint64_t)1 << 14)
#define COLLECT_SEGMENTS_FROM ((uint32_t)1 << 10)
#define COLLECT_TASKS_FROM    ((uint32_t)1 << 8)
#endif

#endif
