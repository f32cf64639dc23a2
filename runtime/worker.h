/* worker.h - workers: their threads, and the tokens that let them run.
 *
 * Model  a worker is a thread and a queue. At most `maxprocs` workers hold a token, and only those
 *        run tasks; who blocks or computes for long loses the token to another [GR-30], so there may
 *        be many more threads than tokens.
 * Law    a token is counted in n_running exactly while a worker is RUNNING, or its thread is being
 *        made. status and n_running change under sched.lock.
 */
#ifndef RDL__WORKER_H
#define RDL__WORKER_H

#include "runtime/rt.h"

/* A slot whose status is RUNNING; the caller has counted its token. NULL without memory. Fatal beyond
 * the limit of threads [TX-09]. */
struct worker *rdl__worker_new(void);

/* Makes a worker that searches; the caller has counted its token, and it as a searcher. */
void rdl__worker_start(void);

/* The thread of a slot; also called by the monitor, for threads that cannot make one themselves. */
void rdl__worker_make_thread(struct worker *w);

/* The end of the calling thread's worker: its task has ended locked to the thread [GR-26]. Returns
 * for the thread to end; never for the process's first thread, which cannot. */
void rdl__worker_end(struct worker *w);

/* Lock held. */
void rdl__worker_take_token(struct worker *w);
void rdl__worker_drop_token(struct worker *w, enum worker_status status);
static inline bool rdl__worker_is_token_free(void) {
    return atomic_load_explicit(&rdl__rt.sched.n_running, memory_order_relaxed) <
           atomic_load_explicit(&rdl__rt.sched.maxprocs,
                                memory_order_relaxed); /* a guess or lock */
}

/* True when w, who may have lost its token, has one (again). */
bool rdl__worker_regain(struct worker *w);

/* Owner of w only: the token and the queue go to others; the thread goes on without. */
void rdl__worker_give_token(struct worker *w);

static inline enum worker_status rdl__worker_status(struct worker *w) {
    return (enum worker_status)atomic_load_explicit(&w->status, memory_order_relaxed); /* own */
}

#endif
