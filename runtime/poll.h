/* poll.h - tasks that wait for descriptors, and the kernel's word that one is ready.
 *
 * Model   one epoll instance for the process. A task that waits parks like any other; whoever looks
 *         for work asks the kernel what is ready. One worker at a time sleeps in it: the one that
 *         would otherwise sleep until the next timer (idle.c).
 * Arming  each wait tells the kernel anew, for one event (EPOLLONESHOT). Edge-triggered, told once
 *         in a descriptor's life as Go does it, saves that call, but cannot know that a number was
 *         closed by close(2) and opened again: the new one would never report. Telling it anew
 *         finds that out, and the kernel looks at once whether it is ready already.
 */
#ifndef RDL__POLL_H
#define RDL__POLL_H

#include "runtime/rt.h"

/* Whether a descriptor or signal may still wake somebody: then nothing is a deadlock [DL-03]. */
bool rdl__poll_is_awaited(void);
/* How many wait, tasks and wishes for signals. */
uint32_t rdl__poll_awaited(void);

/* Readies the tasks whose descriptors are ready and delivers the signals that came; sleeps for the
 * first until deadline_ns (0: does not sleep). Only one thread sleeps here at a time. True if any
 * task may have been readied. Called by a worker outside of any task, or by a helper thread. */
bool rdl__poll_run(struct worker *w, int64_t deadline_ns);

/* Brackets a sleep in rdl__poll_run: false while another worker is still in there. A sleeper that
 * was called is out of sched.watcher before its thread has left, and must not be joined:
 *
 *     W1 sleeps in the poller        W2 sleeps next
 *                                    (W1 is called: interrupt)
 *                                    becomes the watcher, enters the poller
 *                                    takes the interrupt, finds itself not meant, sleeps again
 *     sleeps on, called as it is: nobody runs any more */
bool rdl__poll_enter(void);
void rdl__poll_leave(void);

/* Makes the sleeper of rdl__poll_run return, now or when it next begins to sleep. The one function
 * here that a signal handler may call. */
void rdl__poll_interrupt(void);

/* Makes the epoll instance, if there is none yet. 0 or a negative errno. Comes before any wait; no
 * lock is held. */
int rdl__poll_open(void);

/* Reports the first of these events of fd, once, to rdl__fd_is_ready. *known: whether the kernel
 * has been told of this number before; only a hint. 0 or a negative errno: -EPERM for what has no
 * readiness, files for instance. */
int rdl__poll_arm(int fd, uint32_t events, bool *known);

/* fd is about to be closed. */
void rdl__poll_forget(int fd);

/* Counts a wait that something outside of the tasks will end, from before it begins until its task
 * runs again. began is called off the stack of whoever waits. */
void rdl__poll_wait_begins(void);
void rdl__poll_wait_began(void);
void rdl__poll_wait_ended(void);

#endif
