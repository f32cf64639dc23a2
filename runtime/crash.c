/* crash.c - the last words of a process. */
#include "runtime/crash.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "runtime/dump.h"
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/text.h"
#include "runtime/unwind.h"

#define STATUS_CRASH     2
#define STATUS_STARTUP   125
#define ALTERNATE_BYTES  ((size_t)256 << 10) /* a dump is made on it */
#define NEAR_STACK_BYTES ((uintptr_t)1 << 20)

/* -- one at a time -- */

_Noreturn void rdl__crash_wait(void) {
    _Atomic uint32_t never = 0;
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

bool rdl__crash_lets_exit(void) {
    uint32_t none = 0;
    return atomic_compare_exchange_strong_explicit(&rdl__rt.crash.n, &none, CRASH_EXITING,
                                                   memory_order_acq_rel, memory_order_acquire) ||
           (none & CRASH_EXITING) != 0;
}

/* Whoever is first, a crash or the end of the process, goes through with it, and the other waits: no
 * process says `panic` and ends with 0 [GR-07]. What crashes inside a handler of exit, or finds that
 * it waits for ever there (then no task runs), is part of that end and is told. */
static void enter(void) {
    struct task *self = rdl__arch_thread()->task;
    uint32_t before = atomic_fetch_add_explicit(&rdl__rt.crash.n, 1, memory_order_acq_rel);
    if ((before & CRASH_EXITING) != 0 && self != NULL &&
        self != atomic_load_explicit(&rdl__rt.sched.only, memory_order_acquire)) {
        rdl__crash_wait();
    }
}

static void begin(void) {
    rdl__emit_switch(NULL);
    rdl__lock_acquire(&rdl__rt.crash.lock, RANK_CRASH);
    rdl__sched_hold();
}

static _Noreturn void end(void) {
    uint32_t before = atomic_fetch_sub_explicit(&rdl__rt.crash.n, 1, memory_order_acq_rel);
    if ((before & CRASH_EXITING) == 0 && before > 1) {
        rdl__lock_release(&rdl__rt.crash.lock);
        rdl__crash_wait();
    }
    if (rdl__options_get()->traceback == TRACEBACK_CRASH) {
        signal(SIGABRT, SIG_DFL);
        abort();
    }
    _exit(STATUS_CRASH);
}

static void print_header(struct out *o, const char *text) {
    rdl__out_text(o, "fatal error: ");
    rdl__out_text(o, text);
    rdl__out_text(o, "\n");
}

/* -- panics and fatal errors -- */

/* A multi-line message is indented, so that it cannot look like the dump [EX-03]. */
static void print_message(struct out *o, const char *message) {
    for (char piece[2] = {0}; *message != 0; message++) {
        piece[0] = *message;
        rdl__out_text(o, piece);
        if (*message == '\n') {
            rdl__out_text(o, "\t");
        }
    }
    rdl__out_text(o, "\n");
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
    rdl__out_text(o, older ? "\tpanic: " : "panic: ");
    print_message(o, p->message);
    return true;
}

_Noreturn void rdl__crash_panic(const struct rdl__panic *p) {
    struct rdl__registers registers;
    struct task *self = rdl__task_self();
    rdl__arch_capture(&registers);
    self->pc = p->pc;
    enter();
    EMIT(defect(self->det, EV_DEFECT_PANIC, p->message, p->pc));
    begin();
    rdl__unwind_load();
    flush_stdout();
    struct dump d;
    rdl__dump_start(&d, STDERR_FILENO, rdl__options_get()->traceback);
    d.first = self;
    d.first_regs = &registers;
    print_panics(&d.out, p);
    rdl__out_text(&d.out, "\n");
    rdl__dump_tasks(&d);
    rdl__out_flush(&d.out);
    end();
}

static _Noreturn void die(struct task *self, const char *text, uintptr_t pc,
                          const struct rdl__registers *registers) {
    begin();
    rdl__unwind_load();
    flush_stdout();
    struct dump d;
    rdl__dump_start(&d, STDERR_FILENO, rdl__options_get()->traceback);
    d.first = self;
    d.first_regs = registers;
    print_header(&d.out, text);
    rdl__out_text(&d.out, "\n");
    if (self != NULL) {
        self->pc = pc;
    }
    rdl__dump_tasks(&d);
    rdl__out_flush(&d.out);
    end();
}

_Noreturn void rdl__crash_fatal(const char *text, uintptr_t pc) {
    struct rdl__registers registers;
    rdl__arch_capture(&registers);
    enter();
    die(rdl__arch_thread()->task, text, pc, &registers);
}

_Noreturn void rdl__crash_misuse(const char *text, uintptr_t pc) {
    struct rdl__registers registers;
    struct task *self = rdl__task_self();
    rdl__arch_capture(&registers);
    enter();
    EMIT(defect(self->det, EV_DEFECT_MISUSE, text, pc));
    die(self, text, pc, &registers);
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
    enter();
    rdl__task_each(find_oldest, &oldest);
    bool nobody = oldest == NULL;
    if (!nobody) {
        EMIT(defect(oldest->det, EV_DEFECT_DEADLOCK, TEXT_DEADLOCK, oldest->pc));
        die(NULL, TEXT_DEADLOCK, 0, NULL);
    }
    EMIT(defect(NULL, EV_DEFECT_DEADLOCK, TEXT_NO_GOROUTINES, 0)); /* nobody is left to name */
    begin();
    rdl__unwind_load();
    flush_stdout();
    struct out o;
    rdl__out_start(&o, STDERR_FILENO);
    print_header(&o, TEXT_NO_GOROUTINES);
    rdl__out_flush(&o);
    end();
}

_Noreturn void rdl__crash_startup(const char *text) {
    struct out o;
    rdl__out_start(&o, STDERR_FILENO);
    rdl__out_text(&o, "raddle: cannot start: ");
    rdl__out_text(&o, text);
    rdl__out_text(&o, "\n");
    rdl__out_flush(&o);
    _exit(STATUS_STARTUP);
}

/* -- signals -- */

static const struct {
    int number;
    const char *name;
} fatal_signals[] = {{SIGSEGV, "SIGSEGV: segmentation violation"},
                     {SIGBUS, "SIGBUS: bus error"},
                     {SIGFPE, "SIGFPE: floating-point exception"},
                     {SIGILL, "SIGILL: illegal instruction"},
                     {SIGABRT, "SIGABRT: abort"}};
#define FATAL_SIGNALS (sizeof(fatal_signals) / sizeof(fatal_signals[0]))

static void registers_of(const ucontext_t *context, struct rdl__registers *r) {
    const greg_t *from = context->uc_mcontext.gregs;
    *r = (struct rdl__registers){.ip = (uintptr_t)from[REG_RIP],
                                 .sp = (uintptr_t)from[REG_RSP],
                                 .bp = (uintptr_t)from[REG_RBP],
                                 .bx = (uintptr_t)from[REG_RBX],
                                 .r12 = (uintptr_t)from[REG_R12],
                                 .r13 = (uintptr_t)from[REG_R13],
                                 .r14 = (uintptr_t)from[REG_R14],
                                 .r15 = (uintptr_t)from[REG_R15]};
}

_Noreturn void rdl__crash_stack_overflow(struct task *t, const void *context) {
    struct rdl__registers registers;
    enter();
    begin();
    struct dump d;
    rdl__dump_start(&d, STDERR_FILENO, rdl__options_get()->traceback);
    d.first = t;
    if (context != NULL) {
        registers_of(context, &registers);
        d.first_regs = &registers;
        d.first_exact = true;
    }
    t->pc = 0;
    uintptr_t limit = t->kind == TASK_GOROUTINE ? t->stack.hi - t->stack.lo
                                                : rdl__rt.main_stack_hi - rdl__rt.main_stack_lo;
    rdl__out_text(&d.out, "runtime: goroutine stack exceeds ");
    rdl__out_uint(&d.out, limit);
    rdl__out_text(&d.out, "-byte limit\n");
    print_header(&d.out, TEXT_STACK_OVERFLOW);
    rdl__out_text(&d.out, "\n");
    rdl__dump_tasks(&d);
    rdl__out_flush(&d.out);
    end();
}

/* A touch of the guard below a goroutine's stack; or, of main, just below where the system lets its
 * stack grow to. */
static bool is_overflow(const struct task *t, uintptr_t addr) {
    if (t == NULL) {
        return false;
    }
    if (t->kind == TASK_MAIN) {
        return addr < rdl__rt.main_stack_lo + STACK_GUARD_BYTES &&
               addr + NEAR_STACK_BYTES > rdl__rt.main_stack_lo;
    }
    return t->stack.hi != 0 && rdl__stack_is_overflow(&t->stack, addr);
}

static void print_signal(struct out *o, size_t which, const siginfo_t *info, uintptr_t pc) {
    print_header(o, TEXT_SIGNAL);
    rdl__out_text(o, "[signal ");
    rdl__out_text(o, fatal_signals[which].name);
    rdl__out_text(o, " code=");
    rdl__out_hex(o, (uint64_t)(unsigned)info->si_code);
    rdl__out_text(o, " addr=");
    rdl__out_hex(o, (uintptr_t)info->si_addr);
    rdl__out_text(o, " pc=");
    rdl__out_hex(o, pc);
    rdl__out_text(o, "]\n\n");
}

/* Prints the dump; then the signal does what it always does, so that status and core are what C
 * programmers expect. */
static void on_signal(int number, siginfo_t *info, void *context) {
    struct task *self = rdl__arch_thread()->task;
    struct rdl__registers registers;
    size_t which = 0;
    signal(number, SIG_DFL);
    if (number == SIGSEGV && is_overflow(self, (uintptr_t)info->si_addr)) {
        rdl__crash_stack_overflow(self, context);
    }
    while (fatal_signals[which].number != number) {
        which++;
    }
    registers_of(context, &registers);
    enter();
    begin();
    struct dump d;
    rdl__dump_start(&d, STDERR_FILENO, rdl__options_get()->traceback);
    d.first = self;
    d.first_regs = &registers;
    d.first_exact = true;
    if (self != NULL) {
        self->pc = 0;
    }
    print_signal(&d.out, which, info, registers.ip);
    rdl__dump_tasks(&d);
    rdl__out_flush(&d.out);
    raise(number);
}

/* A handler that the program or a sanitizer has put there already stays. */
void rdl__crash_catch_signals(void) {
    struct sigaction action;
    struct sigaction before;
    action.sa_sigaction = on_signal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < FATAL_SIGNALS; i++) {
        int number = fatal_signals[i].number;
        if (sigaction(number, NULL, &before) == 0 && before.sa_handler == SIG_DFL) {
            sigaction(number, &action, NULL);
        }
    }
}

/* The handler cannot run on a stack that has overflowed. */
void rdl__crash_catch_here(void) {
    stack_t stack;
    if (sigaltstack(NULL, &stack) != 0 || (stack.ss_flags & SS_DISABLE) == 0) {
        return;
    }
    void *memory = rdl__os_map(ALTERNATE_BYTES);
    if (memory != NULL) {
        stack = (stack_t){.ss_sp = memory, .ss_size = ALTERNATE_BYTES};
        sigaltstack(&stack, NULL);
    }
}
