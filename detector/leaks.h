/* leaks.h - who is still blocked when the program ends, or can never run again? */
#ifndef RADDLE_DETECTOR_LEAKS_H
#define RADDLE_DETECTOR_LEAKS_H

#include "detector/base.h"

/* Records each group of goroutines that are inside a wait and no daemons: same creation site, same
 * wait site, same kind of wait. main is no leak. */
DET_HIDDEN void leaks_report(void);
/* Records all tasks inside a wait as one deadlock. */
DET_HIDDEN void leaks_deadlock(const char *text);
/* Records all living tasks, with their waits: nobody says that it is a defect. */
DET_HIDDEN void leaks_timeout(void);

#endif
