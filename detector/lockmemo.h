/* lockmemo.h - is a lock in a set, and do two sets exclude each other, asked of one set after the other?
 *
 * Model    Sets are paths of a tree (lockset.h), and those that a search asks about mostly differ by what stands last:
 *          what was found of a set is remembered for each that it contains, until the question is another
 *          lock, or another set to compare with. So of n sets that grow by one lock each all cost n
 *          steps together, and not n * n.
 * Lossy    A place for each number of a set, by its low bits: another one there costs the steps again.
 * Thread   The caller holds lockorder's lock, and no number of a set is given out again meanwhile.
 */
#ifndef RADDLE_DETECTOR_LOCKMEMO_H
#define RADDLE_DETECTOR_LOCKMEMO_H

#include "detector/lockset.h"

#define LOCKMEMO_PLACES 4096u
#define LOCKMEMO_GATES  32768u /* places for locks of a set; a power of two */

/* To a question: the set that holds what was asked for last; 0: none does. */
struct lockmemo_answer {
    uint64_t question;
    uint32_t set, answer;
};

struct lockmemo {
    uint64_t questions;       /* asked so far */
    uint64_t holds, excludes; /* numbers of the present ones */
    uintptr_t lock;           /* of the former */
    uint32_t with;            /* of the latter */
    bool full;                /* there are more in `with` than places: all is taken to exclude it */
    struct lockmemo_answer held[LOCKMEMO_PLACES], excluded[LOCKMEMO_PLACES];
    /* Of `excludes`: from the hash of a lock on, up to a place of another question, the sets in `with` whose last
     * one it is. */
    struct lockmemo_answer gate[LOCKMEMO_GATES];
};

/* What was asked before is void. */
DET_HIDDEN void lockmemo_begin(void);
/* The lock as it is held in the set; NULL: it is not. Adds the steps it took. */
DET_HIDDEN const struct held_lock *lockmemo_holds(uint32_t set, uintptr_t lock, uint64_t *steps);
/* Whether a lock is in both, and not for reading in both. Likewise. */
DET_HIDDEN bool lockmemo_excludes(uint32_t with, uint32_t set, uint64_t *steps);

#endif
