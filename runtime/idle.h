/* idle.h - finding work for a worker, sleeping without it, and being woken.
 *
 * Law  no wake-up is lost: who makes a task runnable publishes it, then looks for searchers; who
 *      stops searching says so, then looks at every queue (both sequentially consistent).
 * Law  when all workers sleep, no runnable task exists: the queue of a worker is filled by its
 *      owner only, and the global queue is looked at under the lock under which it goes to sleep.
 *      So the last one to go to sleep decides exactly whether the program is deadlocked [DL-02].
 * Law  while a worker sleeps and a timer is armed, one worker sleeps until that timer, or searches.
 *      So whoever stops searching, because it found work or because it retires, wakes another.
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

/* A slot for a worker; NULL when all are taken or there is no memory. */
struct worker *rdl__idle_new_worker(void);

void rdl__idle_wait_while_held(void);

#endif
