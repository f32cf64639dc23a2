/* collect.h - when does the detector forget what nothing refers to any more, and who may be inside it then?
 *
 * Model    Numbers of segments are needed as long as a record, or a task's present segment, names them,
 *          and no longer: whatever is ordered, an unreferred number can be given out again without
 *          losing anything. So with the numbers of ended tasks (task.h). (To recycle what is ordered before every live task would keep all for a
 *          main thread that waits in join for a day.) So now and then the world stops, everything
 *          that is referred to is marked, and the rest is swept.
 * When     So much was taken since the last time that the walk costs a few nanoseconds for each
 *          (collect.c). Done at the entry of an event, where a task holds no lock of the core.
 * Stopping Nobody is interrupted. call has COLLECT_STOPPED; who enters waits before it has done
 *          anything; the collector waits until nobody else is inside:
 *
 *     task                            collector
 *     busy := 1                       call := STOPPED
 *     (no fence)                      host.fence_all
 *     call set: busy := 0, waits      busy of every other task: waits until 0
 *
 *          After the fence either the task has seen call, or the collector sees busy. The fast paths of
 *          hot.h go on: they read words, which change as they always may, and their own segment, which a
 *          collection with a budget takes away (budget.h): then they miss.
 * Bounds   If somebody stays inside (a handler that interrupted the core, a stopped thread) the
 *          collection is put off. Who waits outside for a collection that never ends (it is his own
 *          thread's, interrupted) gives his event up after a minute; that is counted. Without
 *          host.fence_all there are no collections: numbers may run out, which is counted.
 * Fork     The forking thread holds the collector's lock, so that no child inherits half a sweep.
 */
#ifndef RADDLE_DETECTOR_COLLECT_H
#define RADDLE_DETECTOR_COLLECT_H

#include "detector/base.h"
#include "detector/numbers.h"

enum collect_call { COLLECT_WANTED = 1, COLLECT_STOPPED = 2 };

struct collect_state {
    uint32_t call;          /* enum collect_call; not 0: entering tasks look closer */
    uint32_t visitors;      /* events without a task that are inside */
    struct spin lock;       /* of the collector, or of who forks */
    bool working;           /* what is swept is inconsistent */
    bool impossible;        /* no host.fence_all */
    uint32_t segments_from; /* COLLECT_SEGMENTS_FROM; tests set it lower */
    uint32_t tasks_from;    /* COLLECT_TASKS_FROM; likewise */
    uint64_t runs, put_off;
    uint64_t longest_ns;
    uint64_t segments_taken;                /* before the last one, by all tasks */
    uint32_t segments_in_use, tasks_in_use; /* after it */
};

struct det_task;

DET_HIDDEN void collect_init(void);
/* t, whose guard is set, met a call: waits, or collects. False: the guard is not set any more. */
DET_HIDDEN DET_COLD bool collect_enter(struct det_task *t);
/* Asks for a collection at the next entry of anybody. Any thread, under any lock. */
DET_HIDDEN DET_COLD void collect_want(void);
/* The guard of events that come without a task. False: not set, see Bounds. */
DET_HIDDEN bool collect_visit(void);
DET_HIDDEN void collect_unvisit(void);
/* Around fork; the child starts afresh. False: not locked, and not to be unlocked. */
DET_HIDDEN bool collect_lock(void);
DET_HIDDEN void collect_unlock(void);
DET_HIDDEN void collect_fork_child(void);

/* For tests: collects now, as t; whether it was done. */
DET_HIDDEN bool collect_now(struct det_task *t);
/* For tests: NULL, or which law is broken. Nobody is in the core. */
DET_HIDDEN const char *collect_check(void);

#endif
