/* lockcycle.h - can a nesting be part of a deadlock, and how is that told?
 *
 * Search   From the nesting that has just come, along nestings that hold what the last one took, to one that takes
 *          what the first holds (lockorder.h, Model). Short cycles first; where one is found, no longer ones
 *          through the same nesting are looked for. Only nodes of a cycle of the graph are walked.
 * Once     Findings are the same if they are of the same places: a thousand objects whose locks are taken in two
 *          orders by two functions are one. The places of two locks are where they are taken, and
 *          where the calls to there part: in a program whose locks are all taken in one wrapper these differ.
 *          The same places by other calls are told LOCKORDER_PATHS times.
 *          Cycles of two are looked for from what the nesting holds, the last first: whatever else there is,
 *          two that lie next to each other in the graph are met within SEARCH_LEAST steps.
 * Again    A search that found nothing, though nothing was left out for its order, need not be made again before
 *          there is something new in the graph.
 * Bounds   A search takes SEARCH_MOST steps, and all together what lockgraph.h has, but each SEARCH_LEAST. One that
 *          was ended by that is counted.
 */
#ifndef RADDLE_DETECTOR_LOCKCYCLE_H
#define RADDLE_DETECTOR_LOCKCYCLE_H

#include "detector/lockorder.h"

/* The nesting is new, or has come again. The lock of lockorder is held. */
DET_HIDDEN void lockcycle_look(uint32_t nesting);

/* Likewise one of a lock alone (lockorder.h, Again). */
DET_HIDDEN void lockcycle_look_alone(uint32_t nesting);

#endif
