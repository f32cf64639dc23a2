/* table.c - what the detector exports to a runtime and to raddle/detector.h.
 *
 * Each member is the core's function with the thread's guard around it (front.h), so that a signal
 * handler that interrupts it cannot enter the core again through a hook.
 */
#include "instrument/table.h"

#include "instrument/annotations.h"
#include "instrument/callers.h"
#include "instrument/current.h"
#include "instrument/deadlock.h"
#include "instrument/front.h"
#include "instrument/include/raddle/detector.h"
#include "instrument/life.h"
#include "instrument/memory.h"
#include "instrument/test_scope.h"
#include "instrument/unchecked.h"
#include "instrument/watch.h"

/* Law: filled before main, constant from then on; readers see it as const. */
INTERPOSE extern struct raddle_events raddle_detector_events;
struct raddle_events raddle_detector_events;

/* The task of an event may be another than the one that runs here, whose stack sp is of. */
static inline uint32_t enter(uintptr_t sp) {
    uint32_t was = guard_enter();
    struct det_task *here = self.task;
    if (here != NULL && was == 0) {
        call_at(here, sp);
    }
    return was;
}

// clang-format off
#define GUARDED(name, parameters, arguments)                                                       \
    static void guarded_##name parameters                                                          \
    {                                                                                              \
        uint32_t was = enter(FRAME_SP);                                                            \
        det_##name arguments;                                                                      \
        guard_leave(was);                                                                              \
    }
#define GUARDED_RESULT(result, name, parameters, arguments)                                        \
    static result guarded_##name parameters                                                        \
    {                                                                                              \
        uint32_t was = enter(FRAME_SP);                                                            \
        result value = det_##name arguments;                                                       \
        guard_leave(was);                                                                              \
        return value;                                                                              \
    }

GUARDED_RESULT(struct det_task *, task_create,
               (struct det_task *parent, enum ev_task_kind kind, uint64_t id, uintptr_t pc),
               (parent, kind, id, pc))
GUARDED(task_begin, (struct det_task *t, uintptr_t lo, uintptr_t hi), (t, lo, hi))
GUARDED(task_end, (struct det_task *t), (t))
GUARDED(task_note, (struct det_task *t, enum ev_task_note note, const char *text), (t, note, text))
GUARDED(acquire, (struct det_task *t, uintptr_t sync), (t, sync))
GUARDED(release, (struct det_task *t, uintptr_t sync), (t, sync))
GUARDED(release_merge, (struct det_task *t, uintptr_t sync), (t, sync))
GUARDED(release_acquire, (struct det_task *t, uintptr_t sync), (t, sync))
GUARDED(meet, (struct det_task *a, struct det_task *b), (a, b))
GUARDED(access, (struct det_task *t, uintptr_t addr, size_t size, uint32_t bits, uintptr_t pc),
        (t, addr, size, bits, pc))
GUARDED(fence, (struct det_task *t, enum ev_order order), (t, order))
GUARDED(memory_new, (struct det_task *t, uintptr_t addr, size_t size, uintptr_t pc),
        (t, addr, size, pc))
GUARDED(memory_free, (struct det_task *t, uintptr_t addr, uintptr_t pc), (t, addr, pc))
GUARDED(memory_forget, (uintptr_t addr, size_t size), (addr, size))
GUARDED(call_enter, (struct det_task *t, uintptr_t pc), (t, pc))
GUARDED(call_exit, (struct det_task *t), (t))
GUARDED(call_unwind, (struct det_task *t, uint32_t to_depth), (t, to_depth))
GUARDED(lock_acquired, (struct det_task *t, uintptr_t lock, uint32_t mode, uintptr_t pc),
        (t, lock, mode, pc))
GUARDED(lock_released, (struct det_task *t, uintptr_t lock, uint32_t mode), (t, lock, mode))
GUARDED(lock_taken, (struct det_task *t, const struct ev_lock *lock), (t, lock))
GUARDED(lock_leaving, (struct det_task *t, const struct ev_lock *lock), (t, lock))
GUARDED(condition_signals, (struct det_task *t), (t))
GUARDED(condition_waited, (struct det_task *t, uintptr_t lock), (t, lock))
GUARDED(object_new,
        (struct det_task *t, enum ev_object_kind kind, uintptr_t addr, size_t size, uintptr_t pc),
        (t, kind, addr, size, pc))
GUARDED(object_destroy, (struct det_task *t, uintptr_t addr, size_t size), (t, addr, size))
GUARDED(object_name, (uintptr_t addr, const char *name), (addr, name))
GUARDED(wait_end, (struct det_task *t), (t))
GUARDED(defect, (struct det_task *t, enum ev_defect defect, const char *text, uintptr_t pc),
        (t, defect, text, pc))
GUARDED(module_load, (const struct ev_module *module), (module))
GUARDED(module_unload, (uintptr_t lo), (lo))
GUARDED(fork_child, (struct det_task *t, int pid), (t, pid))
// clang-format on

/* A runtime that tells a deadlock of all ends the process next. */
static void defect(struct det_task *t, enum ev_defect defect, const char *text, uintptr_t pc) {
    if (defect == EV_DEFECT_DEADLOCK) {
        watch_circles();
    }
    guarded_defect(t, defect, text, pc);
    if (defect == EV_DEFECT_DEADLOCK) {
        watch_stay();
    }
}

static void task_end(struct det_task *t) {
    unchecked_task_end(t);
    guarded_task_end(t);
}

static void wait_begin(struct det_task *t, const struct ev_wait *wait, uintptr_t pc) {
    uint32_t was = enter(FRAME_SP);
    enum det_look look = det_task_waits(t, wait, pc);
    guard_leave(was);
    watch_as_told(look);
}

static void copy_used(struct det_task *t, const struct ev_copy *copy) {
    struct callers callers;
    callers_find_of(&callers, copy->pc);
    struct det_task *here = callers_enter(&callers);
    if (here != NULL) {
        det_copy_used(t, copy);
        callers_leave(here, &callers);
    }
}

static void waits_itself(struct det_task *t) {
    uint32_t was = guard_enter();
    det_waits_itself(t, deadlock_thread());
    guard_leave(was);
    if (det_may_be_stuck()) {
        watch_want();
    }
}

static void look(void) {
    if (det_may_be_stuck()) {
        watch_want();
    }
}

static void own_memory(uintptr_t addr, size_t size) {
    memory_is_own(addr, size);
}

static void at_stop(void (*each_parked)(void (*see)(const struct ev_parked *task)),
                    const int *epoll) {
    __atomic_store_n(&front.runtime_epoll, epoll, __ATOMIC_RELEASE);
    __atomic_store_n(&front.each_parked, each_parked, __ATOMIC_RELEASE);
}

static void at_pause(void (*pause)(int64_t ns)) {
    __atomic_store_n(&front.pause, pause, __ATOMIC_RELEASE);
}

static void at_quiet(bool (*is_quiet)(struct ev_quiet *quiet), uintptr_t quits) {
    front.quits = quits;
    det_alone_ends(); /* its timers and signals make tasks that nobody has created at the time */
    __atomic_store_n(&front.is_quiet, is_quiet, __ATOMIC_RELEASE);
}

static void at_signal(uintptr_t handler) {
    front.relays = handler;
}

/* Between the two the program's operation runs: the guard stays up from one to the other. */
static uintptr_t guarded_atomic_begin(struct det_task *t, uintptr_t addr, size_t size,
                                      uint32_t bits, uintptr_t pc) {
    (void)guard_enter();
    return det_atomic_begin(t, addr, size, bits, pc);
}

static void guarded_atomic_end(struct det_task *t, uintptr_t state, uintptr_t addr,
                               enum ev_atomic did, enum ev_order order) {
    det_atomic_end(t, state, addr, did, order);
    guard_leave(0);
}

/* The process' end is ours to judge, once: see life.c. */
static void finish(struct det_task *t, int status) {
    (void)t;
    life_finish(status);
}

static void at_finish(void (*settle)(void)) {
    front.settle = settle;
}

static void at_close(bool (*is_awaited)(int fd)) {
    __atomic_store_n(&front.is_awaited, is_awaited, __ATOMIC_RELEASE);
}

void table_fill(const struct raddle_events *core) {
    struct raddle_events *e = &raddle_detector_events;
    *e = *core;
    e->bytes = sizeof *e;
#define USE(name) e->name = guarded_##name
    USE(task_create);
    USE(task_begin);
    e->task_end = task_end;
    USE(task_note);
    USE(acquire);
    USE(release);
    USE(release_merge);
    USE(release_acquire);
    USE(meet);
    USE(access);
    USE(atomic_begin);
    USE(atomic_end);
    USE(fence);
    USE(memory_new);
    USE(memory_free);
    USE(memory_forget);
    USE(call_enter);
    USE(call_exit);
    USE(call_unwind);
    USE(lock_acquired);
    USE(lock_released);
    USE(lock_taken);
    USE(lock_leaving);
    USE(condition_signals);
    USE(condition_waited);
    USE(object_new);
    USE(object_destroy);
    USE(object_name);
    e->wait_begin = wait_begin;
    USE(wait_end);
    e->defect = defect;
    USE(module_load);
    USE(module_unload);
    USE(fork_child);
#undef USE
    e->finish = finish;
    e->task_switch = current_switch;
    e->task_current = current_task;
    e->at_finish = at_finish;
    e->at_close = at_close;
    e->at_quiet = at_quiet;
    e->waits_itself = waits_itself;
    e->look = look;
    e->own_memory = own_memory;
    e->at_stop = at_stop;
    e->at_pause = at_pause;
    e->at_signal = at_signal;
    e->copy_used = copy_used;
}

void table_dormant(void) {
    raddle_detector_events.version = EV_VERSION_DORMANT;
}

/* -- for raddle/detector.h, which a process that is not observed may call as well -- */

static void task_name(const char *name) {
    if (front.on) {
        guarded_task_note(current_task(), EV_NOTE_NAME, name);
    }
}

static void task_daemon(void) {
    if (front.on) {
        guarded_task_note(current_task(), EV_NOTE_DAEMON, NULL);
    }
}

static void object_name(const void *object, const char *name) {
    if (front.on) {
        guarded_object_name((uintptr_t)object, name);
    }
}

static void happens_before(const void *sync) {
    annotation_publish((uintptr_t)sync);
}

static void happens_after(const void *sync) {
    annotation_receive((uintptr_t)sync);
}

static void benign(const void *start, size_t bytes) {
    benign_begin((uintptr_t)start, bytes);
}

static void ignore_begin(void) {
    unchecked_begin(IGNORE_READS);
    unchecked_begin(IGNORE_WRITES);
}

static void ignore_end(void) {
    unchecked_end(IGNORE_WRITES);
    unchecked_end(IGNORE_READS);
}

INTERPOSE extern const struct rdl__detector_api raddle_detector_api;
const struct rdl__detector_api raddle_detector_api = {.version = RDL__DETECTOR_API_VERSION,
                                                      .bytes = sizeof(struct rdl__detector_api),
                                                      .findings_count = det_findings_count,
                                                      .task_name = task_name,
                                                      .task_daemon = task_daemon,
                                                      .object_name = object_name,
                                                      .happens_before = happens_before,
                                                      .happens_after = happens_after,
                                                      .benign = benign,
                                                      .ignore_begin = ignore_begin,
                                                      .ignore_end = ignore_end,
                                                      .test_begin = test_scope_begin,
                                                      .test_end = test_scope_end};
