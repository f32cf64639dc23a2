/* stub.c - placeholder insides of the core, so that front-ends can link. */
#include "detector/core.h"
DET_HIDDEN uintptr_t shadow_base, shadow_mask;
static uint64_t zero_block[8];
static struct task_hot main_task;
static uint64_t frames[64];
static struct raw_process process;
void access_slow(struct det_task *t, uintptr_t a, size_t s, uint32_t b, uintptr_t pc) { (void)t; (void)a; (void)s; (void)b; (void)pc; }
void context_enter_slow(struct det_task *t, uintptr_t pc) { (void)t; (void)pc; }
struct det_task *det_task_create(struct det_task *p, enum ev_task_kind k, uint64_t id, uintptr_t pc) { (void)k; (void)id; (void)pc; return p; }
void det_task_begin(struct det_task *t, uintptr_t lo, uintptr_t hi) { (void)t; (void)lo; (void)hi; }
void det_task_end(struct det_task *t) { (void)t; }
void det_task_note(struct det_task *t, enum ev_task_note n, const char *x) { (void)t; (void)n; (void)x; }
void det_acquire(struct det_task *t, uintptr_t s) { (void)t; (void)s; }
void det_release(struct det_task *t, uintptr_t s) { (void)t; (void)s; }
void det_release_merge(struct det_task *t, uintptr_t s) { (void)t; (void)s; }
void det_release_acquire(struct det_task *t, uintptr_t s) { (void)t; (void)s; }
void det_access(struct det_task *t, uintptr_t a, size_t s, uint32_t b, uintptr_t pc) { (void)t; (void)a; (void)s; (void)b; (void)pc; }
uintptr_t det_atomic_begin(struct det_task *t, uintptr_t a, size_t s, uint32_t b, uintptr_t pc) { (void)t; (void)a; (void)s; (void)b; (void)pc; return 0; }
void det_atomic_end(struct det_task *t, uintptr_t st, uintptr_t a, enum ev_atomic d, enum ev_order o) { (void)t; (void)st; (void)a; (void)d; (void)o; }
void det_fence(struct det_task *t, enum ev_order o) { (void)t; (void)o; }
void det_memory_new(struct det_task *t, uintptr_t a, size_t s, uintptr_t pc) { (void)t; (void)a; (void)s; (void)pc; }
void det_memory_free(struct det_task *t, uintptr_t a, uintptr_t pc) { (void)t; (void)a; (void)pc; }
void det_memory_forget(uintptr_t a, size_t s) { (void)a; (void)s; }
void det_call_enter(struct det_task *t, uintptr_t pc) { (void)t; (void)pc; }
void det_call_exit(struct det_task *t) { (void)t; }
uint32_t det_call_depth(const struct det_task *t) { (void)t; return 0; }
void det_call_unwind(struct det_task *t, uint32_t d) { (void)t; (void)d; }
void det_lock_acquired(struct det_task *t, uintptr_t l, uint32_t m, uintptr_t pc) { (void)t; (void)l; (void)m; (void)pc; }
void det_lock_released(struct det_task *t, uintptr_t l, uint32_t m) { (void)t; (void)l; (void)m; }
void det_object_new(struct det_task *t, enum ev_object_kind k, uintptr_t a, size_t s, uintptr_t pc) { (void)t; (void)k; (void)a; (void)s; (void)pc; }
void det_object_destroy(struct det_task *t, uintptr_t a, size_t s) { (void)t; (void)a; (void)s; }
void det_object_name(uintptr_t a, const char *n) { (void)a; (void)n; }
void det_wait_begin(struct det_task *t, const struct ev_wait *w, uintptr_t pc) { (void)t; (void)w; (void)pc; }
void det_wait_end(struct det_task *t) { (void)t; }
void det_defect(struct det_task *t, enum ev_defect d, const char *x, uintptr_t pc) { (void)t; (void)d; (void)x; (void)pc; }
void det_module_load(const struct ev_module *m) { (void)m; }
void det_module_unload(uintptr_t lo) { (void)lo; }
void det_fork_child(struct det_task *t, int pid) { (void)t; (void)pid; }
void det_finish(struct det_task *t, int status) { (void)t; (void)status; }
static const struct raddle_events table = {.version = EV_VERSION, .bytes = sizeof table,
    .task_create = det_task_create, .task_begin = det_task_begin, .task_end = det_task_end, .task_note = det_task_note,
    .acquire = det_acquire, .release = det_release, .release_merge = det_release_merge, .release_acquire = det_release_acquire,
    .access = det_access, .atomic_begin = det_atomic_begin, .atomic_end = det_atomic_end, .fence = det_fence,
    .memory_new = det_memory_new, .memory_free = det_memory_free, .memory_forget = det_memory_forget,
    .call_enter = det_call_enter, .call_exit = det_call_exit, .call_depth = det_call_depth, .call_unwind = det_call_unwind,
    .lock_acquired = det_lock_acquired, .lock_released = det_lock_released, .object_new = det_object_new,
    .object_destroy = det_object_destroy, .object_name = det_object_name, .wait_begin = det_wait_begin, .wait_end = det_wait_end,
    .defect = det_defect, .module_load = det_module_load, .module_unload = det_module_unload, .fork_child = det_fork_child, .finish = det_finish};
const struct raddle_events *det_start(const struct det_start *s, struct det_task **main) {
    (void)s; shadow_base = (uintptr_t)zero_block; main_task.frames = frames; main_task.frame_slots = 64; *main = (struct det_task *)&main_task; return &table; }
struct raw_process *det_process(void) { return &process; }
uint64_t det_findings_count(void) { return 0; }
