/* timer.h - functions that libc runs on a thread that it makes by itself: after what?
 *
 * One key for all: such a thread may learn of another's cause, a race less, never a false alarm.
 */
#ifndef RADDLE_INSTRUMENT_TIMER_H
#define RADDLE_INSTRUMENT_TIMER_H

#include "instrument/front.h"

/* What the caller has done so far is before the functions that are run because of this call. */
HIDDEN void thread_of_libc_may_begin(void);
/* t is a thread that nobody is known to have made. */
HIDDEN void thread_of_libc_begins(struct det_task *t);

#endif
