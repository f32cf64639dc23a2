/* leaks.h - who is still blocked when the program ends, or can never run again? */
#ifndef RADDLE_DETECTOR_LEAKS_H
#define RADDLE_DETECTOR_LEAKS_H

#include "detector/base.h"

struct det_task;

/* Records each group of goroutines that are left and no daemons: same creation site, same wait site, same kind of
 * wait; and those in none, which had been given time to come to one. Neither main nor `ending`, who ends the
 * process, is a leak. */
DET_HIDDEN void leaks_report(const struct det_task *ending);
/* Likewise, of threads that nobody has joined, whatever they do; the same state, too. Neither `ending` nor who
 * was told of in a deadlock is a leak. */
DET_HIDDEN void leaks_of_threads(const struct det_task *ending);
/* Records all tasks inside a wait as one deadlock. */
DET_HIDDEN void leaks_deadlock(const char *text);
/* Records all living tasks, with their waits: nobody says that it is a defect. */
DET_HIDDEN void leaks_timeout(void);

#endif
