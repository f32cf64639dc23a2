/* fiber.c - coroutines that say when they switch: the fiber calls of <sanitizer/tsan_interface.h>.
 *
 * A fiber is a task of its own: what it does is ordered with other fibers of its thread by the
 * switches alone, and by none that asks for no order. A handle is a task of the core, that of a
 * thread included; it is valid until it is destroyed.
 */
#include "instrument/current.h"
#include "instrument/hook.h"
#include "instrument/unchecked.h"

#define NO_ORDER 1u /* __tsan_switch_to_fiber_no_sync */

HOOK(void *, get_current_fiber, void) {
    return current_task();
}

HOOK(void *, create_fiber, unsigned flags) {
    (void)flags;
    struct det_task *fiber = NULL;
    struct det_task *t = event_enter();
    if (t != NULL) {
        front.has_fibers = true;
        fiber = det_task_create(t, EV_TASK_THREAD, front_thread_id(), CALLER_PC);
        det_task_begin(fiber, 0, 0); /* where its stack will be is not said */
        event_leave();
    }
    return fiber;
}

HOOK(void, destroy_fiber, void *fiber) {
    unchecked_task_end(fiber);
    uint32_t was = guard_enter();
    det_task_end(fiber);
    guard_leave(was);
}

HOOK(void, switch_to_fiber, void *fiber, unsigned flags) {
    struct det_task *t = event_enter();
    if (t == NULL || fiber == NULL) {
        return;
    }
    if ((flags & NO_ORDER) == 0) {
        det_release(t, (uintptr_t)fiber);
        det_acquire(fiber, (uintptr_t)fiber);
    }
    if ((self.ignores.any | __atomic_load_n(&front.benign.n_parked, __ATOMIC_RELAXED)) != 0) {
        unchecked_switch(fiber);
    }
    self.task = fiber;
    event_leave();
}

HOOK(void, set_fiber_name, void *fiber, const char *name) {
    uint32_t was = guard_enter();
    det_task_note(fiber, EV_NOTE_NAME, name);
    guard_leave(was);
}
