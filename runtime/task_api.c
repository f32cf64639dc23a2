/* task_api.c - the calls of raddle.h about tasks. */
#include "runtime/crash.h"
#include "runtime/panic.h"
#include "runtime/sched.h"

#define CALLER ((uintptr_t)__builtin_return_address(0))

static void go(const rdl_go_options *options, void (*fn)(void *), void *arg, uintptr_t pc) {
    struct task *self = rdl__task_self();
    rdl__sched_check(self);
    rdl__sched_start(rdl__task_new(self, options, fn, arg, pc));
}

void rdl_go(void (*fn)(void *), void *arg) {
    static const rdl_go_options none;
    go(&none, fn, arg, CALLER);
}

void rdl_go_copy(void (*fn)(void *), const void *arg, size_t size) {
    rdl_go_options options = {.copy_bytes = size};
    go(&options, fn, (void *)arg, CALLER);
}

void rdl_go_with(const rdl_go_options *options, void (*fn)(void *), void *arg) {
    static const rdl_go_options none;
    go(options != NULL ? options : &none, fn, arg, CALLER);
}

void rdl_yield(void) {
    rdl__sched_yield(rdl__task_self());
}

int rdl_maxprocs(int n) {
    struct task *self = rdl__task_self();
    if (n < 1) {
        return (int)atomic_load_explicit(&rdl__rt.sched.maxprocs, memory_order_acquire);
    }
    int before = rdl__sched_set_maxprocs(n);
    rdl__sched_yield(self); /* off a worker that has to go */
    return before;
}

size_t rdl_num_tasks(void) {
    (void)rdl__task_self();
    return rdl__task_count();
}

uint64_t rdl_task_id(void) {
    return rdl__task_self()->id;
}

void rdl_task_name(const char *name) {
    rdl__task_set_name(rdl__task_self(), name);
}

void rdl_task_daemon(void) {
    struct task *self = rdl__task_self();
    self->daemon = true;
    EMIT(task_note(self->det, EV_NOTE_DAEMON, NULL));
}

void rdl_object_name(const void *object, const char *name) {
    (void)rdl__task_self();
    EMIT(object_name((uintptr_t)object, name));
}

void rdl_dump(int fd) {
    struct rdl__registers registers;
    struct task *self = rdl__task_self();
    rdl__arch_capture(&registers);
    self->pc = CALLER;
    rdl__crash_dump(fd, self, &registers);
}
