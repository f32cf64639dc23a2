/* race.h - which races have been reported, and what does a report say?
 *
 * Once     A pair of sites is reported once; the same pair of places under other call paths, at most
 *          RACE_PATHS times. Everything else is counted in LIMIT_DUPLICATES. Beyond max_reports, what would
 *          be written is counted in LIMIT_UNWRITTEN, for RACES_COUNTED races once, then whenever it is found.
 * Law      n <= 2 * (max_reports + RACES_COUNTED): however long a run and however many its paths.
 */
#ifndef RADDLE_DETECTOR_RACE_H
#define RADDLE_DETECTOR_RACE_H

#include "detector/access.h"

#define RACE_PATHS    4u
#define RACES_COUNTED 10000u

struct race_state {
    struct spin lock;
    uint64_t *seen; /* open addressing: hashes of pairs; 0: free */
    uint32_t n, room;
    uint64_t reported, unwritten;
    uint64_t step; /* of the naive oracle: counts every race found, reported or not */
};

/* a races with the access that the record `met` remembers. */
DET_HIDDEN void race_report(const struct access *a, uint64_t met, bool earlier_writes);
/* Races found so far, duplicates included: what the trace oracle compares. */
DET_HIDDEN uint64_t race_found(void);

#endif
