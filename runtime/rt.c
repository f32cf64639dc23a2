/* rt.c - coming up at the first call, whoever makes it. */
#include "runtime/rt.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtime/crash.h"
#include "runtime/fd.h"
#include "runtime/idle.h"
#include "runtime/scan.h"
#include "runtime/sched.h"
#include "runtime/signal.h"
#include "runtime/unwind.h"

#define SETTLE_NS 1000000000 /* how long a detector's last look may wait for tasks that still run */

struct rdl__rt rdl__rt;
_Thread_local struct rdl__thread rdl__this_thread;

/* -- the end of the process -- */

/* After this no other task is picked up; handlers of exit may still use the runtime [GR-06]. */
static void stop_tasks(void) {
    if (getpid() == rdl__rt.pid) {
        rdl__sched_leave_others(rdl__task_self());
    }
}

/* Before a detector judges who is blocked, everybody may come to where he blocks. */
static void settle(void) {
    if (getpid() == rdl__rt.pid) {
        rdl__sched_settle(SETTLE_NS);
        stop_tasks();
    }
}

static void at_exit(void) {
    if (getpid() == rdl__rt.pid && !rdl__crash_lets_exit()) {
        rdl__crash_wait();
    }
    stop_tasks();
}

/* -- the start -- */

/* A thread of the user's has ended: it is no task any more. */
static void thread_ended(void *task) {
    rdl__arch_thread()->task = NULL;
    rdl__crash_leave_here(rdl__arch_thread()->alternate);
    rdl__task_free(task);
}

/* The initial thread becomes a worker with main on it, at its first call, whoever called before. */
static void adopt_initial(void) {
    rdl__os_stack(&rdl__rt.main_stack_lo, &rdl__rt.main_stack_hi);
    rdl__sched_adopt_initial(rdl__task_adopt(TASK_MAIN));
    (void)rdl__crash_catch_here(); /* the initial thread never ends before the process */
}

static void adopt(void) {
    if (rdl__os_is_initial_thread()) {
        adopt_initial();
    } else {
        pthread_setspecific(rdl__rt.foreign_key, rdl__task_adopt(TASK_FOREIGN));
        rdl__arch_thread()->alternate = rdl__crash_catch_here();
    }
}

static void read_options(void) {
    const struct rdl__options *options = rdl__options_get();
    unsigned cpus = rdl__os_cpus();
    unsigned procs = options->maxprocs != 0 ? (unsigned)options->maxprocs : (cpus < 2 ? 2 : cpus);
    rdl__rt.cpus = cpus;
    rdl__rt.seeded = options->seed != 0;
    rdl__rt.seed = options->seed != 0 ? options->seed : rdl__os_random();
    rdl__rt.default_class = rdl__stack_class(options->stack_bytes);
    if (rdl__rt.default_class >= STACK_CLASSES) {
        rdl__rt.default_class = STACK_CLASSES - 1;
    }
    atomic_store_explicit(&rdl__rt.sched.maxprocs, procs, memory_order_relaxed); /* one thread */
}

/* Runs on one thread, before any task exists. */
static void start(void) {
    rdl__rt.pid = getpid();
    rdl__emit_init();
    read_options();
    atomic_store_explicit(&rdl__rt.timers.next_ns, INT64_MAX,
                          memory_order_relaxed);                            /* one thread */
    atomic_store_explicit(&rdl__rt.tasks.next_id, 2, memory_order_relaxed); /* one thread */
    rdl__os_barrier_init();
    pthread_key_create(&rdl__rt.foreign_key, thread_ended);
    rdl__crash_catch_signals();
    atexit(at_exit);
    EMIT(at_finish(settle));
    EMIT(at_close(rdl__fd_is_awaited));
    EMIT(at_quiet(rdl__idle_is_quiet, rdl__crash_quits()));
    EMIT(at_stop(rdl__scan_parked, &rdl__rt.polls.epoll_fd));
    EMIT(at_pause(rdl_sleep));
    EMIT(at_signal(rdl__signal_handler()));
    if (rdl__os_is_initial_thread()) {
        adopt_initial();
    }
}

void rdl__rt_start(void) {
    struct det_task *current = NULL;
    uint32_t cold = RT_COLD;
    if (atomic_compare_exchange_strong_explicit(&rdl__rt.state, &cold, RT_STARTING,
                                                memory_order_acq_rel, memory_order_acquire)) {
        start();
        atomic_store_explicit(&rdl__rt.state, RT_UP, memory_order_release);
        rdl__os_wake(&rdl__rt.state, INT32_MAX);
        rdl__unwind_load(); /* a signal handler could not. Others go on: one may hold ld.so's lock */
    }
    while (atomic_load_explicit(&rdl__rt.state, memory_order_acquire) != RT_UP) {
        rdl__os_wait(&rdl__rt.state, RT_STARTING, OS_FOREVER);
    }
    if (rdl__arch_thread()->task == NULL) {
        current = rdl__emit_current();
        rdl__emit_switch(NULL);
        adopt();
        rdl__emit_switch(current);
        rdl__arch_thread()->task->det = current;
    }
}
