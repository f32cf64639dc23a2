/* crash_signal.c - what a fatal signal says before it does what it always does.
 *
 * SIGQUIT asks for the dump and ends with 2 [TR-05]. The others take their default action after it,
 * so that status and core file are what C programmers expect; the core shows the place that the
 * signal struck, not this file. A stack overflow is told as one, and ends with 2 [GR-29].
 */
#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include "runtime/crash.h"
#include "runtime/text.h"

#define ALTERNATE_BYTES ((size_t)256 << 10) /* a dump is made on it */
#define NEAR_STACK      ((uintptr_t)1 << 20)
#define BELOW_STACK     ((uintptr_t)64 << 20) /* so far below its stack a frame may have reached */
#define RED_ZONE        128

static const struct {
    int number;
    const char *name;
} fatal_signals[] = {{SIGSEGV, "SIGSEGV: segmentation violation"},
                     {SIGBUS, "SIGBUS: bus error"},
                     {SIGFPE, "SIGFPE: floating-point exception"},
                     {SIGILL, "SIGILL: illegal instruction"},
                     {SIGABRT, "SIGABRT: abort"},
                     {SIGTRAP, "SIGTRAP: trace trap"},
                     {SIGSYS, "SIGSYS: bad system call"}};
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

/* -- stack overflow -- */

/* The frame that struck lies below the stack altogether: it was larger than the guard. */
static bool is_below(uintptr_t lowest, uintptr_t addr, uintptr_t sp) {
    return sp < lowest && lowest - sp < BELOW_STACK && addr + RED_ZONE >= sp && addr < lowest;
}

/* A touch of the guard below a goroutine's stack, or of what lies below that; or, of main, just
 * below where the system lets its stack grow to. */
static bool is_overflow(const struct task *t, uintptr_t addr, uintptr_t sp) {
    if (t == NULL) {
        return false;
    }
    if (t->kind == TASK_MAIN) {
        return (addr < rdl__rt.main_stack_lo + STACK_GUARD_BYTES &&
                addr + NEAR_STACK > rdl__rt.main_stack_lo) ||
               is_below(rdl__rt.main_stack_lo, addr, sp);
    }
    return t->stack.hi != 0 && (rdl__stack_is_overflow(&t->stack, addr) ||
                                is_below(t->stack.lo + STACK_GUARD_BYTES, addr, sp));
}

/* -- the handlers -- */

static const char *name_of(int number) {
    size_t which = 0;
    while (fatal_signals[which].number != number) {
        which++;
    }
    return fatal_signals[which].name;
}

static void print_signal(struct out *o, const char *name, const siginfo_t *info, uintptr_t pc) {
    rdl__out_text(o, "fatal error: " TEXT_SIGNAL "\n[signal ");
    rdl__out_text(o, name);
    rdl__out_text(o, " code=");
    rdl__out_hex(o, (uint64_t)(unsigned)info->si_code);
    rdl__out_text(o, " addr=");
    rdl__out_hex(o, (uintptr_t)info->si_addr);
    rdl__out_text(o, " pc=");
    rdl__out_hex(o, pc);
    rdl__out_text(o, "]\n");
}

/* It strikes again, for good, when the handler has returned to where it struck. */
static void take_default(int number) {
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, number);
    pthread_sigmask(SIG_BLOCK, &one, NULL);
    signal(number, SIG_DFL);
    raise(number);
}

static void begin(struct dump *d, const struct rdl__registers *registers) {
    struct task *self = rdl__arch_thread()->task;
    rdl__crash_enter();
    rdl__crash_begin(d, self, registers);
    d->first_exact = true;
    if (self != NULL) {
        self->pc = 0;
    }
}

static void on_fatal(int number, siginfo_t *info, void *context) {
    struct task *self = rdl__arch_thread()->task;
    struct rdl__registers registers;
    struct dump d;
    registers_of(context, &registers);
    if (number == SIGSEGV && rdl__arch_thread()->crash_stage == 0 &&
        is_overflow(self, (uintptr_t)info->si_addr, registers.sp)) {
        rdl__crash_stack_overflow(self, &registers);
    }
    begin(&d, &registers);
    print_signal(&d.out, name_of(number), info, registers.ip);
    rdl__crash_tell(&d);
    take_default(number);
}

static void on_quit(int number, siginfo_t *info, void *context) {
    const struct rdl__thread *thread = rdl__arch_thread();
    struct rdl__registers registers;
    struct dump d;
    (void)number;
    if (thread->crash_stage != 0) {
        return; /* it is being told already */
    }
    registers_of(context, &registers);
    begin(&d, &registers);
    d.level = d.level == TRACEBACK_SINGLE ? TRACEBACK_ALL : d.level;
    rdl__out_text(&d.out, "SIGQUIT: quit\nPC=");
    rdl__out_hex(&d.out, registers.ip);
    rdl__out_text(&d.out, " m=");
    rdl__out_uint(&d.out, thread->worker != NULL ? thread->worker->index : 0);
    rdl__out_text(&d.out, " sigcode=");
    rdl__out_uint(&d.out, (uint64_t)(unsigned)info->si_code);
    rdl__out_text(&d.out, "\n");
    rdl__crash_end(&d);
}

uintptr_t rdl__crash_quits(void) {
    return (uintptr_t)on_quit;
}

/* -- installing them -- */

/* A handler that the program or a sanitizer has put there already stays, and so does an ignored
 * signal. (A detector may take the signal for its own ends: then what it interrupted goes on.) */
static void catch (int number, void (*handler)(int, siginfo_t *, void *)) {
    struct sigaction action;
    struct sigaction before;
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART;
    sigemptyset(&action.sa_mask);
    if (sigaction(number, NULL, &before) == 0 && before.sa_handler == SIG_DFL) {
        sigaction(number, &action, NULL);
    }
}

void rdl__crash_catch_signals(void) {
    rdl__dump_prepare();
    for (size_t i = 0; i < FATAL_SIGNALS; i++) {
        catch (fatal_signals[i].number, on_fatal);
    }
    catch (SIGQUIT, on_quit);
}

/* The handler cannot run on a stack that has overflowed. */
void *rdl__crash_catch_here(void) {
    stack_t stack;
    if (sigaltstack(NULL, &stack) != 0 || (stack.ss_flags & SS_DISABLE) == 0) {
        return NULL;
    }
    void *memory = rdl__os_map(ALTERNATE_BYTES);
    if (memory != NULL) {
        stack = (stack_t){.ss_sp = memory, .ss_size = ALTERNATE_BYTES};
        sigaltstack(&stack, NULL);
    }
    return memory;
}

/* A task that was locked to the thread may have put its own in place: that one stays. */
void rdl__crash_leave_here(void *memory) {
    stack_t stack;
    if (memory == NULL || sigaltstack(NULL, &stack) != 0) {
        return;
    }
    if (stack.ss_sp == memory) {
        stack = (stack_t){.ss_flags = SS_DISABLE};
        sigaltstack(&stack, NULL);
    }
    rdl__os_unmap(memory, ALTERNATE_BYTES);
}
