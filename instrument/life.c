/* life.c - how a process ends, and how it becomes two.
 *
 * Ends     main returns or exit is called: settle, judge [D10], then the program's own atexit
 *          handlers, destructors, which may yet join threads, and last of all ours, registered before any other:
 *          threads are judged there. Of _exit, _Exit, quick_exit
 *          and exec, which replaces the program, what is left is not judged, for nobody said that the tasks were done.
 *          What was found is reported all the same, as it is at a death by signal, and who is stuck by then is found.
 * Handlers Registering one happens before it runs [HB-PT-08], in whoever ends the process: one key for
 *          all, received when the end begins. That orders more than the handlers at worst, all of it
 *          after the end.
 * Copies   fork's child goes on as a process of its own, with one task. vfork's child is its parent
 *          in all but the pid: it is recognised by that, and left alone.
 */
#include "instrument/life.h"

#include "instrument/coroutine.h"
#include "instrument/current.h"
#include "instrument/front.h"
#include "instrument/misuse.h"
#include "instrument/modules.h"
#include "instrument/outside.h"
#include "instrument/real.h"
#include "instrument/report.h"
#include "instrument/sys.h"
#include "instrument/thread.h"
#include "instrument/unchecked.h"
#include "instrument/watch.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ENDED_ALIVE = 0, ENDED_EXIT = 1, ENDED_EXEC = 2 }; /* raw_process.ended */

static bool is_ours(void) {
    return front.on && sys_getpid() == front.pid;
}

static void mark_ended(uint32_t how, int status) {
    atomic_store_explicit(&det_process()->status, status, memory_order_relaxed);
    atomic_store_explicit(&det_process()->ended, how, memory_order_release);
}

static uintptr_t handlers_key(void) {
    return (uintptr_t)&front.finished;
}

static void registering(void) {
    struct det_task *t = front.on ? event_enter() : NULL;
    if (t != NULL) {
        det_release_merge(t, handlers_key());
        event_leave();
    }
}

void life_runs_handlers(void) {
    struct det_task *t = front.on ? event_enter() : NULL;
    if (t != NULL) {
        det_acquire(t, handlers_key());
        event_leave();
    }
}

/* atexit and the destructors of C++ come here. */
INTERPOSE int __cxa_atexit(void (*handler)(void *), void *argument, void *library);
int __cxa_atexit(void (*handler)(void *), void *argument, void *library) {
    registering();
    return REAL_OF(__cxa_atexit)(handler, argument, library);
}

INTERPOSE int on_exit(void (*handler)(int, void *), void *argument) {
    registering();
    return REAL_OF(on_exit)(handler, argument);
}

void life_finish(int status) {
    life_runs_handlers();
    if (!is_ours() || __atomic_exchange_n(&front.finished, true, __ATOMIC_ACQ_REL)) {
        return;
    }
    int64_t ms = front.options.atexit_sleep_ms;
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    if (ms > 0) {
        SYS3(SYS_nanosleep, &pause, NULL, 0);
    }
    if (front.settle != NULL) {
        front.settle();
    }
    watch_end();
    modules_scan();
    struct det_task *t = self.task;
    uint32_t was = guard_enter();
    det_finish(t, status);
    guard_leave(was);
}

void life_halt(int otherwise) {
    front.halts = false;
    int status = front.options.exitcode != 0 ? (int)front.options.exitcode : otherwise;
    status = report_at_end(status);
    mark_ended(ENDED_EXIT, status);
    sys_exit(status);
}

void life_abort(void) {
    front.halts = false;
    (void)report_at_end(128 + SIGABRT);
    struct kernel_action {
        void (*handler)(int);
        unsigned long flags;
        void (*restorer)(void);
        uint64_t mask;
    } by_default = {.handler = SIG_DFL};
    uint64_t unblocked = (uint64_t)1 << (SIGABRT - 1);
    sys_call(SYS_rt_sigaction, SIGABRT, (long)&by_default, 0, sizeof by_default.mask, 0, 0);
    sys_call(SYS_rt_sigprocmask, SIG_UNBLOCK, (long)&unblocked, 0, sizeof unblocked, 0, 0);
    sys_call(SYS_tgkill, sys_getpid(), SYS3(SYS_gettid, 0, 0, 0), SIGABRT, 0, 0, 0);
    sys_exit(128 + SIGABRT);
}

void life_killed(int status) {
    if (is_ours()) {
        (void)report_at_end(status);
    }
}

/* A helper of one unwatched thread has nothing to tell. */
void life_timeout(void) {
    if (is_ours() && (code_any() || det_process()->threads > 1)) {
        uint32_t was = guard_enter();
        det_timeout();
        guard_leave(was);
    }
}

/* The last of all exit handlers: even those of libraries, and destructors, are through. */
static void at_end(int status, void *unused) {
    (void)unused;
    if (!is_ours()) {
        return;
    }
    life_finish(status);
    struct det_task *t = self.task;
    uint32_t was = guard_enter();
    det_finish_threads(t);
    guard_leave(was);
    mark_ended(ENDED_EXIT, status);
    int final = report_at_end(status);
    if (final != status) {
        fflush(NULL);
        mark_ended(ENDED_EXIT, final);
        sys_exit(final);
    }
}

/* Who forks is known to the child. */
static void before_fork(void) {
    (void)current_task();
    self.fork_held = front.on && det_fork_before();
}

static void in_forking_parent(void) {
    det_fork_after(self.fork_held);
}

/* Through a handler of the child, so that forks inside libc (popen, daemon) count as well. */
static void in_forked_child(void) {
    if (!front.on) {
        return;
    }
    front.pid = sys_getpid();
    front.finished = false;
    modules_fork_child();
    thread_fork_child();
    coroutine_fork_child();
    unchecked_fork_child();
    front.openmp.lock = 0;
    watch_fork_child();
    outside_fork_child();
    self.put_off = 0; /* the parent's */
    uint32_t was = guard_enter();
    det_fork_child(self.task, front.pid);
    guard_leave(was);
}

void life_start(void) {
    REAL_OF(on_exit)(at_end, NULL);
    pthread_atfork(before_fork, in_forking_parent, in_forked_child);
}

/* -- the ways to end -- */

static int run_main(int argc, char **argv, char **envp) {
    det_main_begins((uintptr_t)__builtin_frame_address(0));
    int status = front.program_main(argc, argv, envp);
    life_finish(status);
    return status;
}

INTERPOSE int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv,
                                void (*init)(void), void (*fini)(void), void (*rtld_fini)(void),
                                void *stack_end);
int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void *stack_end) {
    front_start(0, NULL, NULL);
    front.program_main = main;
    return REAL_OF(__libc_start_main)(run_main, argc, argv, init, fini, rtld_fini, stack_end);
}

INTERPOSE void exit(int status) {
    misuse_unsafe(DEED_CALL_EXIT, CALLER_PC);
    self.handled = 0; /* what handlers of the exit do follows from that */
    life_finish(status);
    REAL_OF(exit)(status);
    __builtin_unreachable();
}

/* Who is stuck is told, however soon that was. Not in a handler, which may have interrupted anything, and is to end
 * the process without fail. Cost: none while nobody waits; else one look, as a rule a tenth of a millisecond. */
static void look_last(void) {
    if (self.handled == 0) {
        watch_end();
    }
}

/* The status to end with at once. */
static int ending_now(int status) {
    if (is_ours()) {
        look_last();
        status = report_at_end(status);
        mark_ended(ENDED_EXIT, status);
    }
    return status;
}

INTERPOSE void _exit(int status) {
    REAL_OF(_exit)(ending_now(status));
    __builtin_unreachable();
}

INTERPOSE void _Exit(int status) {
    REAL_OF(_exit)(ending_now(status));
    __builtin_unreachable();
}

/* Its handlers run inside the real one, which ends in a way that we do not see: so the report comes
 * before them, and a changed status leaves them out. */
INTERPOSE void quick_exit(int status) {
    int final = ending_now(status);
    if (final != status) {
        REAL_OF(_exit)(final);
    }
    REAL_OF(quick_exit)(status);
    __builtin_unreachable();
}

/* -- exec -- */

bool life_exec_begin(void) {
    if (!is_ours()) {
        return false;
    }
    look_last();
    (void)report_at_end(0);
    mark_ended(ENDED_EXEC, 0);
    return true;
}

int life_exec_failed(bool marked, int result) {
    if (marked) {
        mark_ended(ENDED_ALIVE, 0);
    }
    return result;
}
