/* leak_counts.h - how many tasks are one leak, of which the detector told in several groups?
 *
 * It groups by the very places where tasks were made and wait; an id only by their functions. So what one process left at
 * one line in several groups is counted together, in the finding's title and its task: the finding is the first group's.
 * What was left elsewhere, or when, is met again, as by another process.
 */
#ifndef RADDLE_TOOLS_REPORT_LEAK_COUNTS_H
#define RADDLE_TOOLS_REPORT_LEAK_COUNTS_H

#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/store.h"

/* Valid zeroed. */
struct leak_counts {
    json_t *of; /* by id; NULL: none yet */
};

/* A finding of the scene, with its id, which may go to a store now; nothing, if it is no leak. */
void leak_counts_add(struct leak_counts *counts, const struct scene *scene, const json_t *finding);
/* Corrects those that are in the store. */
void leak_counts_correct(const struct leak_counts *counts, struct store *store);
void leak_counts_free(struct leak_counts *counts);

#endif
