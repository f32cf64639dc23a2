/* core.c - how does the detector start, and which functions are its door? */
#include "detector/core.h"

#include "detector/state.h"

struct det det;

static const struct raddle_events events = {
    .version = EV_VERSION,
    .bytes = sizeof events,
    .task_create = det_task_create,
    .task_begin = det_task_begin,
    .task_end = det_task_end,
    .task_note = det_task_note,
    .acquire = det_acquire,
    .release = det_release,
    .release_merge = det_release_merge,
    .release_acquire = det_release_acquire,
    .access = det_access,
    .atomic_begin = det_atomic_begin,
    .atomic_end = det_atomic_end,
    .fence = det_fence,
    .memory_new = det_memory_new,
    .memory_free = det_memory_free,
    .memory_forget = det_memory_forget,
    .call_enter = det_call_enter,
    .call_exit = det_call_exit,
    .call_depth = det_call_depth,
    .call_unwind = det_call_unwind,
    .lock_acquired = det_lock_acquired,
    .lock_released = det_lock_released,
    .object_new = det_object_new,
    .object_destroy = det_object_destroy,
    .object_name = det_object_name,
    .wait_begin = det_wait_begin,
    .wait_end = det_wait_end,
    .defect = det_defect,
    .module_load = det_module_load,
    .module_unload = det_module_unload,
    .fork_child = det_fork_child,
    .finish = det_finish,
    .lock_taken = det_lock_taken,
    .lock_leaving = det_lock_leaving,
    .meet = det_meet,
    .condition_signals = det_condition_signals,
    .condition_waited = det_condition_waited,
    .copy_used = det_copy_used,
};

static void keep_arguments(const struct det_start *start) {
    det.exe = arena_text(start->exe);
    if (start->arguments && start->arguments_bytes) {
        det.arguments = arena_alloc(start->arguments_bytes);
    }
    if (det.arguments) {
        copy_bytes(det.arguments, start->arguments, start->arguments_bytes);
        det.arguments_bytes = start->arguments_bytes;
    }
}

const struct raddle_events *det_start(const struct det_start *start, struct det_task **main_task) {
    det.host = start->host;
    copy_bytes(&det.options, start->options, sizeof det.options);
    budget_init();
    det.findings = start->findings;
    det.pid = start->pid;
    shadow_init();
    if (!context_init() || !lockset_init() || !writer_init()) {
        return NULL;
    }
    segment_init();
    task_init();
    collect_init();
    keep_arguments(start);
    process_begin(start->ppid);
    det.process.described = true; /* modules are written as they are loaded */
    struct det_task *t = det_task_create(NULL, EV_TASK_MAIN, 1, 0);
    if (!t) {
        return NULL;
    }
    det.tasks.main = t->id;
    struct task_info *info = task_info(t->id);
    info->stack_lo = start->stack_lo;
    info->stack_hi = start->stack_hi;
    info->state = TASK_RUNNING;
    *main_task = t;
    return &events;
}
