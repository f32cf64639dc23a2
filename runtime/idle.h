/* idle.h - finding work for a worker, sleeping without it, and being woken.
 *
 * Law  no wake-up is lost: who makes a task runnable publishes it, then looks for searchers and free
 *      tokens; who stops searching or gives a token back says so, then looks at every queue (all
 *      sequentially consistent).
 * Law  when all workers sleep, no runnable task exists: the queue of a worker is filled by its
 *      owner only, and the global queue is looked at under the lock under which it goes to sleep.
 *      So the last one to go to sleep decides exactly whether the program is deadlocked [DL-02].
 * Law  while a token is free and a timer is armed or a descriptor awaited, one sleeping worker
 *      watches for it, or one searches. While none is free, those who run look, or the monitor does.
 */
#ifndef RDL__IDLE_H
#define RDL__IDLE_H

#include "runtime/rt.h"

/* The next task for w; sleeps until there is one. */
struct task *rdl__idle_find_work(struct worker *w);

/* w is about to run what it found: if it was searching, somebody else should. */
void rdl__idle_found_work(struct worker *w);

/* There is new work: wakes or makes a worker, unless one is searching already. */
void rdl__idle_wake_one(void);

/* A token was given back: whatever waits for one, and for being watched, gets it. */
void rdl__idle_pass_on(void);

/* A runnable task is in some queue, at some instant during the call. */
bool rdl__idle_is_work(void);

/* Somebody sleeps in rdl__poll_run. */
bool rdl__idle_is_polled(void);

/* w, whose task is locked to it, sleeps until that task is to run. */
struct task *rdl__idle_wait_tied(struct worker *w);

/* t is locked to another worker: that one runs it; w gives it the token if no other is free, and
 * sleeps then. */
void rdl__idle_hand_over(struct worker *w, struct task *t);

void rdl__idle_wait_while_held(void);

/* What the workers do, for who judges from outside; false: a task may be readied, or it cannot be told now. */
bool rdl__idle_is_quiet(struct ev_quiet *quiet);

/* Every other worker sleeps and no task is runnable. */
bool rdl__idle_are_others_asleep(void);

#endif
