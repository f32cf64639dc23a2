/* once.c - who runs the routine of a once? */
#include "detector/once.h"

#include "detector/core.h"
#include "detector/state.h"

/* NULL: no memory. */
static struct held_locks *runs_of(struct det_task *t) {
    if (!t->runs) {
        __atomic_store_n(&t->runs, arena_alloc(sizeof *t->runs), __ATOMIC_RELEASE);
    }
    return t->runs;
}

void once_begins(struct det_task *t, uintptr_t once, uint32_t mode, uintptr_t pc) {
    struct held_locks *runs = runs_of(t);
    if (runs) {
        uint32_t site = context_site(t, pc, EV_READ, 0);
        lockset_add(runs, (struct held_lock){.lock = once, .mode = mode, .site = site});
        struct sync *x = sync_open_or_make(once);
        if (x) {
            sync_taken_by(x, t->id);
            x->passed_on = 0;
        }
        sync_close(x);
    }
}

void once_ends(struct det_task *t, uintptr_t once) {
    if (t->runs) {
        (void)lockset_remove(t->runs, once, EV_LOCK_WRITE);
        struct sync *x = sync_open(once);
        if (x && sync_is_held_by(x, t->id)) {
            x->holder = 0;
        }
        sync_close(x);
    }
}

void once_task_drop(struct det_task *t) {
    if (t->runs) {
        lockset_drop(t->runs);
    }
}

uintptr_t det_once_innermost(const struct det_task *t) {
    const struct held_locks *runs = t ? once_runs(t) : NULL;
    return runs && runs->n ? runs->lock[runs->n - 1].lock : 0;
}
