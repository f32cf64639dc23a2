/* both.h - a trace, run by the core and by the naive oracle side by side.
 *
 * Compared at each step: "does this access race with an earlier one?". Until the first race of a granule
 * the answers are equal; after it, what either side remembers of the granule is its own affair, but what
 * the core reports must still be a race. Compared of each report: the earlier access that it
 * names did happen, races, and held the locks it says. Compared at the end: which access is ordered
 * before the present of which task. And the core's structures keep their laws.
 */
#ifndef RADDLE_TESTS_BOTH_H
#define RADDLE_TESTS_BOTH_H

#include "oracle.h"

enum both_shadow { BOTH_DIRECT, BOTH_TWO_LEVEL, BOTH_ALIASED };

/* Called first, once a process, or after both_forget. */
void both_start(enum both_shadow shadow);
/* From now on a collection (detector/collect.h) about every `steps` steps. renewing: and tasks change
 * their numbers all the time. No answer may change. */
void both_collect(unsigned steps, bool renewing);
/* The core as it was before both_start: for a fuzzer, whose inputs must not depend on each other. */
void both_forget(void);

/* NULL: the two sides agree; else what is wrong, and *at is the step. Steps that cannot happen are left
 * out. few_places: the accesses share a few program counters, else each has its own. */
const char *both_run(const struct step *steps, unsigned n, bool few_places, unsigned *at);

/* Of all traces so far. */
struct both_counts {
    unsigned long traces, accesses, races, after_first, ordered_pairs;
    unsigned long follow, follow_told; /* reported races that follow from others; those marked so */
};
const struct both_counts *both_counts(void);

#endif
