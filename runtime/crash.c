/* crash.c - the last words of a process. */
#include "runtime/crash.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/text.h"
#include "runtime/unwind.h"

#define STATUS_CRASH       2
#define STATUS_AGAIN       4 /* a crash inside crash printing, and one inside that [EX-01] */
#define STATUS_AND_AGAIN   5
#define STATUS_STARTUP     125
#define PANIC_WAIT_ROUNDS  1000 /* how often main lets others run before it ends the process */
#define PANIC_WAIT_NS      1000000000
#define PANIC_WAIT_STEP_NS 100000

/* -- one at a time -- */

_Noreturn void rdl__crash_wait(void) {
    struct rdl__thread *thread = rdl__arch_thread();
    struct task *self = thread->task;
    _Atomic uint32_t never = 0;
    if (self != NULL && thread->crash_stage == 0) {
        rdl__sched_wait_begin(self, EV_WAIT_PANIC, NULL, 0, 0, 0);
        rdl__sched_park(self, NULL, NULL);
    }
    for (;;) {
        rdl__os_wait(&never, 0, OS_FOREVER);
    }
}

/* What the program printed before belongs before the crash; but its lock may be anybody's now. */
static void flush_stdout(void) {
    if (ftrylockfile(stdout) == 0) {
        fflush_unlocked(stdout);
        funlockfile(stdout);
    }
}

/* Neither a reader that has gone nor a wish to quit ends the process before all is said. */
static void block_signals(sigset_t *before) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigaddset(&set, SIGQUIT);
    pthread_sigmask(SIG_BLOCK, &set, before);
}

/* Says so and ends, without a lock, memory or another stack. */
static _Noreturn void again(unsigned stage) {
    if (stage == 1) {
        rdl__os_write(STDERR_FILENO, TEXT_AGAIN, sizeof(TEXT_AGAIN) - 1);
        _exit(STATUS_AGAIN);
    }
    _exit(STATUS_AND_AGAIN);
}

/* Not rdl__lock_acquire: a signal may have struck while this thread held any lock, and the debug
 * build would complain of their order. */
static void take_turn(void) {
    if (!rdl__lock_try(&rdl__rt.crash.lock)) {
        rdl__lock_acquire_slow(&rdl__rt.crash.lock);
    }
}

static void give_turn(void) {
    if (atomic_exchange_explicit(&rdl__rt.crash.lock.word, LOCK_FREE, memory_order_release) ==
        LOCK_CONTENDED) {
        rdl__os_wake(&rdl__rt.crash.lock.word, 1);
    }
}

/* Whoever is first, a crash or the end of the process, goes through with it, and the other waits: no
 * process says `panic` and ends with 0 [GR-07]. What crashes inside a handler of exit, or finds that
 * it waits for ever there (then no task runs), is part of that end and is told. */
void rdl__crash_enter(void) {
    struct rdl__thread *thread = rdl__arch_thread();
    unsigned stage = thread->crash_stage++;
    if (stage != 0) {
        again(stage);
    }
    uint32_t before = atomic_fetch_add_explicit(&rdl__rt.crash.n, 1, memory_order_acq_rel);
    if ((before & CRASH_EXITING) != 0 && thread->task != NULL &&
        thread->task != atomic_load_explicit(&rdl__rt.sched.only, memory_order_acquire)) {
        rdl__crash_wait();
    }
}

static void start_dump(struct dump *d, struct task *first, const struct rdl__registers *registers) {
    rdl__dump_start(d, STDERR_FILENO, rdl__options_get()->traceback);
    d->first = first;
    d->first_regs = registers;
}

void rdl__crash_begin(struct dump *d, struct task *first, const struct rdl__registers *registers) {
    sigset_t before;
    block_signals(&before);
    rdl__emit_switch(NULL);
    take_turn();
    rdl__sched_hold();
    start_dump(d, first, registers);
}

void rdl__crash_tell(struct dump *d) {
    if (d->level != TRACEBACK_NONE) {
        rdl__out_text(&d->out, "\n");
    }
    rdl__out_flush(&d->out); /* if the rest fails, this has been said */
    rdl__dump_tasks(d);
    rdl__out_flush(&d->out);
    uint32_t before = atomic_fetch_sub_explicit(&rdl__rt.crash.n, 1, memory_order_acq_rel);
    if ((before & CRASH_EXITING) == 0 && before > 1) {
        give_turn();
        rdl__crash_wait();
    }
}

/* A crash of the program's own making: here opening libunwind and flushing cannot do harm. */
static void begin(struct dump *d, struct task *first, const struct rdl__registers *registers) {
    rdl__unwind_load();
    rdl__crash_begin(d, first, registers);
    flush_stdout();
}

_Noreturn void rdl__crash_end(struct dump *d) {
    rdl__crash_tell(d);
    if (rdl__options_get()->traceback == TRACEBACK_CRASH) {
        signal(SIGABRT, SIG_DFL);
        abort();
    }
    _exit(STATUS_CRASH);
}

/* A multi-line message is indented, so that it cannot look like the dump [EX-03]. */
static void print_message(struct out *o, const char *message, const char *after) {
    for (char piece[2] = {0}; *message != 0; message++) {
        piece[0] = *message;
        rdl__out_text(o, piece);
        if (*message == '\n') {
            rdl__out_text(o, "\t");
        }
    }
    rdl__out_text(o, after);
    rdl__out_text(o, "\n");
}

static void print_header(struct out *o, const char *text, const char *more) {
    rdl__out_text(o, "fatal error: ");
    rdl__out_text(o, text);
    print_message(o, more, "");
}

/* -- the end of the process beside a crash -- */

void rdl__crash_panicking(int n) {
    atomic_fetch_add_explicit(&rdl__rt.crash.n_panicking, (uint32_t)n, memory_order_acq_rel);
}

static bool is_anybody_panicking(void) {
    return atomic_load_explicit(&rdl__rt.crash.n_panicking, memory_order_acquire) != 0;
}

/* Bounded: what is deferred there may never end. */
static void let_panics_crash(void) {
    int64_t end_ns = rdl__sched_now() + PANIC_WAIT_NS;
    _Atomic uint32_t never = 0;
    for (int round = 0; is_anybody_panicking(); round++) {
        struct rdl__thread *thread = rdl__arch_thread();
        if (round >= PANIC_WAIT_ROUNDS && rdl__sched_now() > end_ns) {
            return;
        }
        if (thread->worker != NULL && thread->task != NULL) {
            rdl__sched_yield(thread->task);
        }
        if (round >= PANIC_WAIT_ROUNDS) {
            rdl__os_wait(&never, 0, rdl__sched_now() + PANIC_WAIT_STEP_NS);
        }
    }
}

bool rdl__crash_lets_exit(void) {
    uint32_t none = 0;
    if (is_anybody_panicking()) {
        let_panics_crash();
    }
    return atomic_compare_exchange_strong_explicit(&rdl__rt.crash.n, &none, CRASH_EXITING,
                                                   memory_order_acq_rel, memory_order_acquire) ||
           (none & CRASH_EXITING) != 0;
}

/* -- panics -- */

/* One panic, with what it supersedes because it was recovered before. */
static void print_panic(struct out *o, const struct rdl__panic *p, bool is_first) {
    const char *after = "";
    if (p->recovered != NULL && rdl__panic_says(p, p->recovered->message)) {
        after = " [recovered, repanicked]";
    } else if (p->recovered != NULL) {
        rdl__out_text(o, is_first ? "panic: " : "\tpanic: ");
        print_message(o, p->recovered->message, " [recovered]");
        is_first = false;
    }
    rdl__out_text(o, is_first ? "panic: " : "\tpanic: ");
    print_message(o, p->message, after);
}

/* Oldest first, each later one indented. */
static bool print_panics(struct out *o, const struct rdl__panic *p) {
    if (p == NULL) {
        return false;
    }
    bool older = print_panics(o, p->older);
    if (p->is_goexit) {
        return older;
    }
    print_panic(o, p, !older);
    return true;
}

_Noreturn void rdl__crash_panic(const struct rdl__panic *p) {
    struct rdl__registers registers;
    struct dump d;
    struct task *self = rdl__task_self();
    rdl__arch_capture(&registers);
    self->pc = p->pc;
    rdl__crash_enter();
    EMIT(defect(self->det, EV_DEFECT_PANIC, p->message, p->pc));
    begin(&d, self, &registers);
    print_panics(&d.out, p);
    rdl__crash_end(&d);
}

/* -- fatal errors -- */

static _Noreturn void die(struct task *self, const char *text, const char *more, uintptr_t pc,
                          const struct rdl__registers *registers) {
    struct dump d;
    begin(&d, self, registers);
    if (self != NULL) {
        self->pc = pc;
    }
    print_header(&d.out, text, more);
    rdl__crash_end(&d);
}

_Noreturn void rdl__crash_fatal(const char *text, uintptr_t pc) {
    rdl__crash_fatal_about(text, "", pc);
}

_Noreturn void rdl__crash_fatal_about(const char *text, const char *more, uintptr_t pc) {
    struct rdl__registers registers;
    rdl__arch_capture(&registers);
    rdl__crash_enter();
    die(rdl__arch_thread()->task, text, more, pc, &registers);
}

_Noreturn void rdl__crash_misuse(const char *text, uintptr_t pc) {
    struct rdl__registers registers;
    struct task *self = rdl__task_self();
    rdl__arch_capture(&registers);
    rdl__crash_enter();
    EMIT(defect(self->det, EV_DEFECT_MISUSE, text, pc));
    die(self, text, "", pc, &registers);
}

_Noreturn void rdl__crash_limit(enum rdl__limit limit, uintptr_t pc) {
    struct rdl__registers registers;
    struct dump d;
    struct task *self = rdl__arch_thread()->task;
    rdl__arch_capture(&registers);
    rdl__crash_enter();
    begin(&d, self, &registers);
    if (self != NULL) {
        self->pc = pc;
    }
    rdl__limit_explain(&d.out, limit);
    print_header(&d.out, rdl__limit_text(limit), "");
    rdl__crash_end(&d);
}

_Noreturn void rdl__crash_stack_overflow(struct task *t, const struct rdl__registers *registers) {
    struct dump d;
    rdl__crash_enter();
    rdl__crash_begin(&d, t, registers);
    d.first_exact = registers != NULL;
    t->pc = registers != NULL ? 0 : t->pc;
    uintptr_t limit = t->kind == TASK_GOROUTINE ? t->stack.hi - t->stack.lo - STACK_GUARD_BYTES
                                                : rdl__rt.main_stack_hi - rdl__rt.main_stack_lo;
    rdl__out_text(&d.out, "runtime: goroutine stack exceeds ");
    rdl__out_uint(&d.out, limit);
    rdl__out_text(&d.out, "-byte limit\n");
    print_header(&d.out, TEXT_STACK_OVERFLOW, "");
    rdl__crash_end(&d);
}

/* -- deadlock -- */

static void find_oldest(struct task *t, void *arg) {
    struct task **oldest = arg;
    if (atomic_load_explicit(&t->state, memory_order_acquire) != TASK_DEAD &&
        (*oldest == NULL || t->id < (*oldest)->id)) {
        *oldest = t;
    }
}

_Noreturn void rdl__crash_deadlock(void) {
    struct task *oldest = NULL;
    struct dump d;
    rdl__crash_enter();
    rdl__task_each(find_oldest, &oldest);
    if (oldest != NULL) {
        EMIT(defect(oldest->det, EV_DEFECT_DEADLOCK, TEXT_DEADLOCK, oldest->pc));
        die(NULL, TEXT_DEADLOCK, "", 0, NULL);
    }
    EMIT(defect(NULL, EV_DEFECT_DEADLOCK, TEXT_NO_GOROUTINES, 0)); /* nobody is left to name */
    begin(&d, NULL, NULL);
    print_header(&d.out, TEXT_NO_GOROUTINES, "");
    d.level = TRACEBACK_NONE; /* no goroutine blocks [DL-05] */
    rdl__crash_end(&d);
}

/* -- not quite crashes -- */

_Noreturn void rdl__crash_startup(const char *text) {
    struct out o;
    rdl__out_start(&o, STDERR_FILENO);
    rdl__out_text(&o, "raddle: cannot start: ");
    rdl__out_text(&o, text);
    rdl__out_text(&o, "\n");
    rdl__out_flush(&o);
    _exit(STATUS_STARTUP);
}

void rdl__crash_dump(int fd, struct task *self, const struct rdl__registers *registers) {
    struct rdl__thread *thread = rdl__arch_thread();
    struct dump d;
    sigset_t before;
    rdl__unwind_load();
    block_signals(&before);
    rdl__emit_switch(NULL);
    thread->crash_stage++;
    take_turn();
    rdl__sched_hold();
    start_dump(&d, self, registers);
    d.out.fd = fd;
    d.level = TRACEBACK_ALL;
    rdl__dump_tasks(&d);
    rdl__sched_unhold();
    give_turn();
    thread->crash_stage--;
    rdl__emit_switch(self->det);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}
