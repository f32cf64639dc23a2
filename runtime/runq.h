/* runq.h - queues of runnable tasks: one per worker, one global. */
#ifndef RDL__RUNQ_H
#define RDL__RUNQ_H

#include "runtime/rt.h"

/* Owner of w only. as_next: before all others; who was there goes to the end. */
void rdl__runq_put(struct worker *w, struct task *t, bool as_next);

/* Owner of w only. NULL: empty. */
struct task *rdl__runq_get(struct worker *w);

/* Takes half of the victim's ring into w, and returns one of them; when the ring is empty and
 * even_next is set, takes the victim's next. Owner of w only. */
struct task *rdl__runq_steal(struct worker *w, struct worker *victim, bool even_next);

/* Any thread. True when it holds something, at some instant during the call. */
bool rdl__runq_has(struct worker *w);

/* Owner of w only: everything goes to the global queue, what w was about to run too. */
void rdl__runq_drain(struct worker *w);

/* Any thread, lock of the scheduler held: what others may take goes to the global queue. */
void rdl__runq_drain_locked(struct worker *w);

/* Lock held: to the end of the global queue. */
void rdl__runq_append(struct task *t);

/* Lock held: takes the head of the global queue, and puts t to its end; NULL, and t is not put there,
 * when it is empty. */
struct task *rdl__runq_exchange_global(struct task *t);

/* Any thread. */
void rdl__runq_put_global(struct task *t);

/* A fair share of the global queue, at most `limit`: one is returned, the others go to w's ring. */
struct task *rdl__runq_get_global(struct worker *w, uint32_t limit);

#endif
