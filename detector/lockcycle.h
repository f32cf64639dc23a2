/* lockcycle.h - can a nesting be part of a deadlock, and how is that told?
 *
 * Search   From the nesting that has just come, along nestings that hold what the last one took, to one that takes
 *          what the first holds (lockorder.h, Model). Short cycles first; where one is found, no longer ones
 *          through the same nesting are looked for. Only nodes of a cycle of the graph are walked.
 * Once     Findings are the same if they are of the same places: a thousand objects whose locks are taken in two
 *          orders by two functions are one.
 * Bounds   A search looks at SEARCH_MOST nestings; what is left out then is counted.
 */
#ifndef RADDLE_DETECTOR_LOCKCYCLE_H
#define RADDLE_DETECTOR_LOCKCYCLE_H

#include "detector/lockorder.h"

/* The nesting is new, or has come again. The lock of lockorder is held. */
DET_HIDDEN void lockcycle_look(uint32_t nesting);

/* Likewise one of a lock alone (Again). */
DET_HIDDEN void lockcycle_look_alone(uint32_t nesting);

#endif
