/* poll.h - tasks that wait for descriptors, and the kernel's word that one is ready.
 *
 * Model   one epoll instance for the process. A task that waits parks like any other; whoever looks
 *         for work asks the kernel what is ready. One worker at a time sleeps in it: the one that
 *         would otherwise sleep until the next timer (idle.c).
 */
#ifndef RDL__POLL_H
#define RDL__POLL_H

#include "runtime/rt.h"

/* Whether a descriptor or signal may still wake somebody: then nothing is a deadlock [DL-03]. */
bool rdl__poll_is_awaited(void);

/* Readies the tasks whose descriptors are ready; sleeps for the first until deadline_ns (0: does not
 * sleep). Only one thread sleeps here at a time. True if any task was readied. */
bool rdl__poll_run(struct worker *w, int64_t deadline_ns);

/* Makes the sleeper of rdl__poll_run return, now or when it next begins to sleep. */
void rdl__poll_interrupt(void);

#endif
