/* kmpc.c - what LLVM's OpenMP runtime does for compiled code and does not tell its tool, or tells it
 * too late: by the time it says that a critical section was left, another thread may be inside.
 *
 * Reductions   Each thread brings its copy. Either one of them is told to add it to the shared variable,
 *              alone (result 1, then __kmpc_end_reduce), or a thread adds the copies of others to its own,
 *              which ompt.c hears of. One key of the team: bringing publishes, adding receives before and
 *              publishes after, leaving receives.
 * Of tasks     `reduction(task, …)`: the first thread makes the copies of all, the last one adds them up,
 *              and who is which they settle by words that we do not see. Both are done hidden.
 * Zone         SYNC.
 */
#include "instrument/openmp.h"
#include "instrument/sync_event.h"

INTERPOSE void __kmpc_critical(void *place, int thread, void *lock) {
    OPENMP(__kmpc_critical)(place, thread, lock);
    sync_taken(lock, NULL, EV_LOCK_WRITE, CALLER_PC);
}

INTERPOSE void __kmpc_critical_with_hint(void *place, int thread, void *lock, unsigned hint) {
    OPENMP(__kmpc_critical_with_hint)(place, thread, lock, hint);
    sync_taken(lock, NULL, EV_LOCK_WRITE, CALLER_PC);
}

INTERPOSE void __kmpc_end_critical(void *place, int thread, void *lock) {
    sync_unlocking(lock, EV_LOCK_WRITE, CALLER_PC);
    OPENMP(__kmpc_end_critical)(place, thread, lock);
}

INTERPOSE void __kmpc_ordered(void *place, int thread) {
    OPENMP(__kmpc_ordered)(place, thread);
    openmp_receive(openmp_team(KEY_ORDERED));
}

INTERPOSE void __kmpc_end_ordered(void *place, int thread) {
    openmp_publish(openmp_team(KEY_ORDERED));
    OPENMP(__kmpc_end_ordered)(place, thread);
}

INTERPOSE void __kmpc_doacross_post(void *place, int thread, const long long *counts) {
    openmp_publish(openmp_team(KEY_ORDERED));
    OPENMP(__kmpc_doacross_post)(place, thread, counts);
}

INTERPOSE void __kmpc_doacross_wait(void *place, int thread, const long long *counts) {
    OPENMP(__kmpc_doacross_wait)(place, thread, counts);
    openmp_receive(openmp_team(KEY_ORDERED));
}

#define REDUCE(name)                                                                               \
    INTERPOSE int name(void *place, int thread, int n, size_t bytes, void *data,                   \
                       void (*add)(void *, void *), void *lock) {                                  \
        openmp_publish(openmp_team(KEY_REDUCTION));                                                \
        int result = OPENMP(name)(place, thread, n, bytes, data, add, lock);                       \
        openmp_receive(openmp_team(KEY_REDUCTION));                                                \
        return result;                                                                             \
    }
REDUCE(__kmpc_reduce)
REDUCE(__kmpc_reduce_nowait)

#define END_REDUCE(name)                                                                           \
    INTERPOSE void name(void *place, int thread, void *lock) {                                     \
        openmp_publish(openmp_team(KEY_REDUCTION));                                                \
        OPENMP(name)(place, thread, lock);                                                         \
        openmp_receive(openmp_team(KEY_REDUCTION));                                                \
    }
END_REDUCE(__kmpc_end_reduce)
END_REDUCE(__kmpc_end_reduce_nowait)

#define MAKE_COPIES(name)                                                                          \
    INTERPOSE void *name(void *place, int thread, int loop, int n, void *data) {                   \
        struct det_task *t = hide_enter();                                                         \
        void *result = OPENMP(name)(place, thread, loop, n, data);                                 \
        hide_leave(t);                                                                             \
        return result;                                                                             \
    }
MAKE_COPIES(__kmpc_taskred_modifier_init)
MAKE_COPIES(__kmpc_task_reduction_modifier_init)

/* Waits for the group's tasks, which are not hidden, and then adds. */
INTERPOSE void __kmpc_task_reduction_modifier_fini(void *place, int thread, int loop) {
    self.omp_adds = OPENMP_WILL_ADD;
    OPENMP(__kmpc_task_reduction_modifier_fini)(place, thread, loop);
    if (self.omp_adds == OPENMP_ADDS) {
        hide_leave(self.omp_adder);
    }
    self.omp_adds = 0;
}

void openmp_group_waited(void) {
    if (UNLIKELY(self.omp_adds == OPENMP_WILL_ADD)) {
        self.omp_adds = OPENMP_ADDS;
        self.omp_adder = hide_enter();
    }
}
