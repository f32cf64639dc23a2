/* blockers.h - who keeps a task of a leak waiting, and whom does it keep waiting?
 *
 * Told    In its record, behind its wait: its own locks, and onces that it runs, that it or others wait for; then who has
 *         what it waits for, who has what that one waits for, and so on, each with its wait, if that is for ever; then
 *         of each of its locks one who waits for it, with that. They are no part of the leak: they tell people why.
 * Bounds  Each look goes over the first BLOCKERS_LOOKED_AT tasks: of 10^5 goroutines a name may be missing.
 * Thread  As leaks.c: others may run meanwhile, and are told as they were when looked at.
 */
#ifndef RADDLE_DETECTOR_BLOCKERS_H
#define RADDLE_DETECTOR_BLOCKERS_H

#include "detector/base.h"

struct task_wait;

#define BLOCKERS_LOOKED_AT (1u << 14)
#define BLOCKERS_CHAIN     8u  /* of those who wait for each other */
#define BLOCKERS_READERS   4u  /* of one lock */
#define BLOCKERS_OWN       64u /* locks of the task of which is asked who waits, and */
#define BLOCKERS_LOCKS     4u  /* that are told */

/* The wait of task `number`, copied; false: it is in none. One that a timer will end is not endless here: others might
 * have stopped the timer, but nobody is left to. */
DET_HIDDEN bool blockers_wait_of(uint32_t number, struct task_wait *wait);
/* After the wait of task `number` was written. */
DET_HIDDEN void blockers_write(uint32_t number, const struct task_wait *wait);

#endif
