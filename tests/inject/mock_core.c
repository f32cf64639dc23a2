/* mock_core.c - a detector core that judges nothing and writes down every event, one per line.
 *
 * Linked with the front-end of instrument/ in place of detector/, it makes a preloadable library
 * that shows exactly what the front-end tells: `EVENT task number number …` on descriptor 9, when
 * that is open.
 */
#include "detector/core.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

long sys_call(long number, long a, long b, long c, long d, long e, long f);

uintptr_t shadow_base, shadow_mask;
static uint64_t no_shadow[8];
static struct raw_process process;

struct det_task {
    struct task_hot hot;
    uint64_t number;
    struct call_frame frames[256];
};

static struct det_task tasks[256];
static uint64_t task_count;

static char *put(char *out, const char *text) {
    while (*text != '\0') {
        *out++ = *text++;
    }
    return out;
}

static char *put_number(char *out, uint64_t n) {
    char digits[20];
    int count = 0;
    do {
        digits[count++] = (char)('0' + n % 10);
        n /= 10;
    } while (n != 0);
    *out++ = ' ';
    while (count > 0) {
        *out++ = digits[--count];
    }
    return out;
}

static void say(const char *event, const struct det_task *t, uint64_t a, uint64_t b) {
    char line[128];
    char *out = put(line, event);
    out = put_number(out, t != NULL ? t->number : 0);
    out = put_number(out, a);
    out = put_number(out, b);
    *out++ = '\n';
    sys_call(SYS_write, 9, (long)line, out - line, 0, 0, 0);
}

void access_slow(struct det_task *t, uintptr_t a, size_t size, uint32_t bits, uintptr_t pc) {
    (void)a, (void)pc;
    say("access", t, size, bits);
}

/* Nothing is ever recorded already. */
// clang-format off
#define WIDTH(n)                                                                                   \
    bool access_has_read##n(const struct det_task *t, uintptr_t a) { (void)t, (void)a; return false; }    \
    bool access_has_write##n(const struct det_task *t, uintptr_t a) { (void)t, (void)a; return false; }   \
    void access_read##n(struct det_task *t, uintptr_t a, uintptr_t pc) { access_slow(t, a, n, EV_READ, pc); } \
    void access_write##n(struct det_task *t, uintptr_t a, uintptr_t pc) { access_slow(t, a, n, EV_WRITE, pc); }
WIDTH(1) WIDTH(2) WIDTH(4) WIDTH(8) WIDTH(16)
    // clang-format on

    void wide_find(struct det_task *t, uintptr_t addr, bool insists) {
    (void)addr, (void)insists;
    say("wide", t, 0, 0);
}

void calls_enter_slow(struct det_task *t, uintptr_t pc, uintptr_t sp) {
    (void)pc, (void)sp;
    say("too-deep", t, 0, 0);
}

void calls_heal(struct det_task *t, uintptr_t sp) {
    (void)t, (void)sp;
}

struct call_stack *det_calls_new(uintptr_t lo, uintptr_t hi) {
    (void)lo, (void)hi;
    return NULL;
}

void det_calls_reset(struct call_stack *stack, uintptr_t lo, uintptr_t hi) {
    (void)stack, (void)lo, (void)hi;
}

struct call_stack *det_calls_leave(struct det_task *t) {
    (void)t;
    return NULL;
}

void det_calls_enter(struct det_task *t, struct call_stack *stack) {
    (void)t, (void)stack;
}

struct det_task *det_task_create(struct det_task *parent, enum ev_task_kind kind, uint64_t id,
                                 uintptr_t pc) {
    (void)id, (void)pc;
    uint64_t n = __atomic_add_fetch(&task_count, 1, __ATOMIC_RELAXED);
    struct det_task *t = &tasks[n % 256];
    t->number = n;
    t->hot.depth = 0;
    t->hot.frame_slots = 256;
    t->hot.frames = t->frames;
    say("task_create", parent, n, kind);
    return t;
}

void det_task_begin(struct det_task *t, uintptr_t lo, uintptr_t hi) {
    say("task_begin", t, hi > lo, 0);
}

void det_task_storage(struct det_task *t, uintptr_t pointer, uintptr_t bytes) {
    say("task_storage", t, pointer != 0, bytes != 0);
}

void det_task_end(struct det_task *t) {
    say("task_end", t, 0, 0);
}

void det_task_note(struct det_task *t, enum ev_task_note note, const char *text) {
    (void)text;
    say("task_note", t, note, 0);
}

#define EDGE(name)                                                                                 \
    void det_##name(struct det_task *t, uintptr_t sync) {                                          \
        (void)sync;                                                                                \
        say(#name, t, 0, 0);                                                                       \
    }
EDGE(acquire)
EDGE(release)
EDGE(release_merge)
EDGE(release_acquire)

void det_access(struct det_task *t, uintptr_t a, size_t size, uint32_t bits, uintptr_t pc) {
    (void)a, (void)pc;
    say("access", t, size, bits);
}

uintptr_t det_atomic_begin(struct det_task *t, uintptr_t a, size_t size, uint32_t bits,
                           uintptr_t pc) {
    (void)a, (void)pc;
    say("atomic_begin", t, size, bits);
    return 7;
}

void det_atomic_end(struct det_task *t, uintptr_t state, uintptr_t a, enum ev_atomic did,
                    enum ev_order order) {
    (void)a;
    say(state == 7 ? "atomic_end" : "atomic_end_without_begin", t, did, order);
}

void det_fence(struct det_task *t, enum ev_order order) {
    say("fence", t, order, 0);
}

void det_memory_new(struct det_task *t, uintptr_t a, size_t size, uintptr_t pc) {
    (void)a, (void)pc;
    say("memory_new", t, size, 0);
}

void det_memory_free(struct det_task *t, uintptr_t a, uintptr_t pc) {
    (void)a, (void)pc;
    say("memory_free", t, 0, 0);
}

void det_memory_forget(uintptr_t a, size_t size) {
    (void)a;
    say("memory_forget", NULL, size, 0);
}

void det_call_enter(struct det_task *t, uintptr_t pc) {
    hot_call_enter(t, pc);
}

void det_call_exit(struct det_task *t) {
    hot_call_exit(t);
}

uint32_t det_call_depth(const struct det_task *t) {
    return (uint32_t)t->hot.depth;
}

void det_call_unwind(struct det_task *t, uint32_t to_depth) {
    say("call_unwind", t, (uint32_t)t->hot.depth - to_depth, 0);
    t->hot.depth = (int32_t)to_depth;
}

void det_lock_acquired(struct det_task *t, uintptr_t lock, uint32_t mode, uintptr_t pc) {
    (void)lock, (void)pc;
    say("lock_acquired", t, mode, 0);
}

void det_lock_released(struct det_task *t, uintptr_t lock, uint32_t mode) {
    (void)lock;
    say("lock_released", t, mode, 0);
}

void det_expect(uintptr_t sync) {
    (void)sync;
}

void det_meet(struct det_task *a, struct det_task *b) {
    (void)b;
    say("meet", a, 0, 0);
}

void det_lock_received(struct det_task *t, const struct ev_lock *lock) {
    if (lock->readers && !(lock->mode & EV_LOCK_READ)) {
        det_acquire(t, lock->readers);
    }
    det_acquire(t, lock->lock);
}

void det_lock_taken(struct det_task *t, const struct ev_lock *lock) {
    det_access(t, lock->lock, lock->size, EV_WRITE | EV_ATOMIC | EV_SYNC, lock->pc);
    det_lock_received(t, lock);
    det_lock_acquired(t, lock->lock, lock->mode, lock->pc);
}

void det_lock_leaving(struct det_task *t, const struct ev_lock *lock) {
    det_access(t, lock->lock, lock->size, EV_WRITE | EV_ATOMIC | EV_SYNC, lock->pc);
    det_lock_released(t, lock->lock, lock->mode);
    det_release_merge(t, lock->mode & EV_LOCK_READ ? lock->readers : lock->lock);
}

/* What orders locks is seen in tests of it. */
void det_condition_signals(struct det_task *t) {
    (void)t;
}

void det_condition_waited(struct det_task *t, uintptr_t lock) {
    (void)t, (void)lock;
}

void det_object_new(struct det_task *t, enum ev_object_kind kind, uintptr_t a, size_t size,
                    uintptr_t pc) {
    (void)a, (void)pc, (void)size;
    say("object_new", t, kind, 0);
}

void det_object_destroy(struct det_task *t, uintptr_t a, size_t size) {
    (void)a, (void)size;
    say("object_destroy", t, 0, 0);
}

void det_object_known(enum ev_object_kind kind, uintptr_t a, size_t size, const char *name) {
    (void)kind, (void)a, (void)size, (void)name;
}

void det_object_name(uintptr_t a, const char *name) {
    (void)a, (void)name;
    say("object_name", NULL, 0, 0);
}

void det_wait_begin(struct det_task *t, const struct ev_wait *wait, uintptr_t pc) {
    (void)pc;
    say("wait_begin", t, wait->kind, wait->deadline_ns != 0);
}

enum det_look det_thread_waits(struct det_task *t, const struct ev_wait *wait,
                               const struct det_endless *endless, uintptr_t pc) {
    (void)endless;
    det_wait_begin(t, wait, pc);
    return DET_LOOK_NOT;
}

void det_timed_wait_begins(struct det_task *t, const struct ev_wait *wait,
                           const struct det_endless *needs, uintptr_t pc) {
    (void)needs;
    det_wait_begin(t, wait, pc);
}

enum det_look det_task_waits(struct det_task *t, const struct ev_wait *wait, uintptr_t pc) {
    det_wait_begin(t, wait, pc);
    return DET_LOOK_NOT;
}

void det_waits_itself(struct det_task *t, uint32_t thread) {
    (void)t, (void)thread;
}

bool det_may_be_stuck(void) {
    return false;
}

enum det_deadlock det_look_for_circles(void) {
    return DET_NO_DEADLOCK;
}

bool det_should_look_soon(void) {
    return false;
}

bool det_may_be_cut_off(void) {
    return false;
}

void det_main_begins(uintptr_t frame) {
    (void)frame;
}

void det_alone_watched(struct det_task *t) {
    (void)t;
}

void det_alone_ends(void) {
}

void det_alone_joined(struct det_task *t) {
    (void)t;
}

void det_stack_left(uintptr_t lo, uintptr_t hi) {
    (void)lo, (void)hi;
}

void det_stack_reused(uintptr_t lo, size_t size) {
    (void)lo, (void)size;
}

void det_objects_forget(uintptr_t a, size_t size) {
    (void)a, (void)size;
}

void det_block_new(uintptr_t a, size_t size) {
    (void)a, (void)size;
}

void det_block_gone(uintptr_t a) {
    (void)a;
}

void det_heap_lost(void) {
}

bool det_thread_over(struct det_task *t, uint32_t thread) {
    (void)t, (void)thread;
    return false;
}

void det_use(struct det_task *t, const struct det_use *use) {
    (void)t, (void)use;
}

void det_copy_used(struct det_task *t, const struct ev_copy *copy) {
    (void)t, (void)copy;
}

void det_own_lock_waits(struct det_task *t, uintptr_t lock, uintptr_t pc) {
    (void)t, (void)lock, (void)pc;
}

bool det_may_be_used(const struct det_task *t) {
    (void)t;
    return false;
}

void det_destroyed(uintptr_t object) {
    (void)object;
}

void det_thread_detached(struct det_task *t) {
    (void)t;
}

void det_made(uintptr_t object) {
    (void)object;
}

void det_dump(void) {
    say("dump", NULL, 0, 0);
}

uintptr_t det_once_innermost(const struct det_task *t) {
    (void)t;
    return 0;
}

bool det_was_destroyed(uintptr_t object) {
    (void)object;
    return false;
}

bool det_is_made_as(enum ev_object_kind kind, uintptr_t object) {
    (void)kind, (void)object;
    return false;
}

bool det_may_wait_within(uintptr_t addr, size_t size) {
    (void)addr, (void)size;
    return false;
}

uint32_t det_waits_within(const struct det_task *t, uintptr_t addr, size_t size, uintptr_t *object,
                          uint32_t *kind) {
    (void)t, (void)addr, (void)size, (void)object, (void)kind;
    return 0;
}

uint32_t det_holds(const struct det_task *t, uint32_t from, uintptr_t addr, size_t size,
                   uintptr_t *lock, uint32_t *mode) {
    (void)t, (void)from, (void)addr, (void)size, (void)lock, (void)mode;
    return 0;
}

uint32_t det_waits_at(const struct det_task *t, uintptr_t object, uintptr_t but_with) {
    (void)t, (void)object, (void)but_with;
    return 0;
}

bool det_waits_with_other(uintptr_t cond, uintptr_t mutex) {
    (void)cond, (void)mutex;
    return false;
}

void det_finish_threads(struct det_task *t) {
    (void)t;
}

void det_serves(uintptr_t object) {
    (void)object;
}

enum det_deadlock det_look_for_deadlock(void) {
    return DET_NO_DEADLOCK;
}

void det_wait_end(struct det_task *t) {
    say("wait_end", t, 0, 0);
}

void det_defect(struct det_task *t, enum ev_defect defect, const char *text, uintptr_t pc) {
    (void)text, (void)pc;
    say("defect", t, defect, 0);
}

void det_module_load(const struct ev_module *module) {
    say("module_load", NULL, module->instrumented, module->build_id_bytes);
}

void det_module_unload(uintptr_t lo) {
    (void)lo;
    say("module_unload", NULL, 0, 0);
}

bool det_fork_before(void) {
    return false;
}

void det_fork_after(bool before) {
    (void)before;
}

void det_fork_child(struct det_task *t, int pid) {
    (void)pid;
    say("fork_child", t, 0, 0);
}

void det_timeout(void) {
    say("timeout", NULL, 0, 0);
}

void det_finish(struct det_task *t, int status) {
    uint64_t dropped = process.limits[LIMIT_EVENTS_IN_HANDLER];
    say("finish", t, (uint64_t)status, t != NULL ? (uint64_t)t->hot.depth : 0);
    say("limits", t, dropped, process.limits[LIMIT_UNPATCHED]);
    say("process", t, process.instrumented_modules, process.threads);
}

const struct raddle_events *det_start(const struct det_start *start, struct det_task **main_task) {
    static const struct raddle_events table = {
        .version = EV_VERSION, .bytes = sizeof table, .call_depth = det_call_depth};
    shadow_base = (uintptr_t)no_shadow;
    say("start", NULL, start->stack_hi > start->stack_lo, start->arguments_bytes != 0);
    *main_task = det_task_create(NULL, EV_TASK_MAIN, 1, 0);
    return &table;
}

struct raw_process *det_process(void) {
    return &process;
}

void det_test_begin(struct det_task *t, const char *name) {
    (void)name;
    say("test_begin", t, 0, 0);
}

uint32_t det_test_end(struct det_task *t) {
    say("test_end", t, 0, 0);
    return 0;
}

bool det_test_has_left(const struct det_task *ending, uint32_t test) {
    (void)ending, (void)test;
    return false;
}

void det_test_judge(struct det_task *ending, uint32_t test) {
    (void)ending, (void)test;
}

uint64_t det_findings_count(void) {
    return 0;
}
