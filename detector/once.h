/* once.h - who runs the routine of a once?
 *
 * Model    A claim of a task on a key: from before the routine runs until after it has returned, or was left.
 *          Nobody but that task can let those go on who wait there, and only by leaving the routine. So in the
 *          wait-for graph (wait_graph.h) a once that runs is a lock that its runner holds; in nothing
 *          else: it is in no lock set, and orders no locks.
 * Order    What the routine takes is not "taken under the once": the once runs once, so that one who comes
 *          later, whatever it holds, waits for nobody. Whether it could have come earlier is not known from
 *          one run, as long as any earlier call of the once may have ordered it.
 * Latest   Of several tasks with a claim on one key (one has left its routine by longjmp, and the once was set
 *          back by hand) the latest has it: sync.h, Holder.
 * Thread   A task's claims are its own; who looks for deadlocks copies them as it does locks. What holds them stays
 *          with the handle of a task (task.h), like that, so that he finds claims there, if another's.
 */
#ifndef RADDLE_DETECTOR_ONCE_H
#define RADDLE_DETECTOR_ONCE_H

#include "detector/task.h"

/* As det_lock_acquired and det_lock_released, with EV_LOCK_ONCE. */
DET_HIDDEN void once_begins(struct det_task *t, uintptr_t once, uint32_t mode, uintptr_t pc);
DET_HIDDEN void once_ends(struct det_task *t, uintptr_t once);
DET_HIDDEN void once_task_drop(struct det_task *t);

/* NULL: none was ever run. Any thread. */
static inline const struct held_locks *once_runs(const struct det_task *t) {
    return __atomic_load_n(&t->runs, __ATOMIC_ACQUIRE);
}

/* Whether t holds a lock, or runs a once. */
static inline bool once_or_lock(const struct det_task *t) {
    const struct held_locks *runs = once_runs(t);
    return t->held.n != 0 || (runs && runs->n != 0);
}

#endif
