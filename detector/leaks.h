/* leaks.h - who is still blocked when the program ends, or can never run again? */
#ifndef RADDLE_DETECTOR_LEAKS_H
#define RADDLE_DETECTOR_LEAKS_H

#include "detector/base.h"

struct det_task;

/* Records each group of goroutines that are inside a wait and no daemons: same creation site, same
 * wait site, same kind of wait. main is no leak. */
DET_HIDDEN void leaks_report(void);
/* Likewise, of threads that nobody has joined, whatever they do; the same state, too. Neither `ending`, who
 * ends the process, nor who was told of in a deadlock is a leak. */
DET_HIDDEN void leaks_of_threads(const struct det_task *ending);
/* Records all tasks inside a wait as one deadlock. */
DET_HIDDEN void leaks_deadlock(const char *text);
/* Records all living tasks, with their waits: nobody says that it is a defect. */
DET_HIDDEN void leaks_timeout(void);

#endif
