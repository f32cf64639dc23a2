/* Rule    paths.signal-amid-an-entry  [D4]
 * Expect  race x
 * Each    0 35
 * Whole   leaf middle outer a
 * Why     A signal meets A's call of leaf at each instruction of the hook; the handler needs more frames
 *         than there is room for, so that they move. It returns, or jumps, or is interrupted likewise.
 */
#include "paths.h"

#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum { INSTRUCTIONS = 12, SLOT_BYTES = 256, TRAP_FLAG = 1 << 8 };
enum way { RETURNS, JUMPS, IS_INTERRUPTED };

/* As the kernel has it. */
struct kernel_action {
    void (*handler)(int, siginfo_t *, void *);
    unsigned long flags;
    void (*restorer)(void);
    unsigned long mask;
};

extern const char hook_of_calls[] __asm__("__tsan_func_entry");

int x;
sigjmp_buf home;
static enum way way;
static int wanted;           /* the signal comes before this instruction of the hook */
static int stepped, handled; /* only A's */

/* Not by way of the detector: each instruction of the hook traps, and goes on as it would have. */
INVISIBLE void on_step(int signo, siginfo_t *info, void *context) {
    const ucontext_t *at = context;
    if ((size_t)at->uc_mcontext.gregs[REG_RIP] - (size_t)hook_of_calls < SLOT_BYTES &&
        stepped++ == wanted) {
        syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGUSR1); /* at the return from here */
    }
    (void)signo, (void)info;
}

INVISIBLE void step_from_here(void) {
    stepped = 0;
    __builtin_ia32_writeeflags_u64(__builtin_ia32_readeflags_u64() | TRAP_FLAG);
}

INVISIBLE void step_no_more(void) {
    __builtin_ia32_writeeflags_u64(__builtin_ia32_readeflags_u64() & ~(unsigned long)TRAP_FLAG);
}

INVISIBLE int was_handled(void) {
    return handled == (way == IS_INTERRUPTED ? 2 : 1);
}

INVISIBLE int count_handled(void) {
    return ++handled;
}

__attribute__((noinline)) static int deep(int depth) {
    step_no_more();
    volatile int here = depth;
    return depth > 0 ? deep(depth - 1) + here : 0;
}

static void on_signal(int signo) {
    if (count_handled() == 1 && way == IS_INTERRUPTED) {
        step_from_here();
        (void)deep(20);
    }
    (void)deep(40);
    if (way == JUMPS) {
        siglongjmp(home, signo);
    }
}

__attribute__((noinline)) static int leaf(void) {
    step_no_more();
    if (was_handled()) {
        x = 1;
        mark(1);
    }
    return 1;
}

__attribute__((noinline)) static int middle(void) {
    volatile int n = 0;
    if (sigsetjmp(home, 1) == 0) {
        step_from_here();
    }
    n += leaf();
    return n;
}

__attribute__((noinline)) static int outer(void) {
    return middle() + 1;
}

static void *a(void *unused) {
    volatile int n = outer();
    (void)n;
    return unused;
}

static void set_traps(void) {
    struct sigaction any = {.sa_sigaction = on_step, .sa_flags = SA_SIGINFO};
    struct kernel_action action;
    sigfillset(&any.sa_mask);
    sigaction(SIGTRAP, &any, NULL);
    syscall(SYS_rt_sigaction, SIGTRAP, NULL, &action, sizeof action.mask);
    action.handler = on_step;
    syscall(SYS_rt_sigaction, SIGTRAP, &action, NULL, sizeof action.mask);
    struct sigaction to_meet = {.sa_handler = on_signal, .sa_flags = SA_NODEFER};
    sigaction(SIGUSR1, &to_meet, NULL);
}

int main(int argc, char **argv) {
    pthread_t thread;
    int which = argc > 1 ? atoi(argv[1]) : 0;
    wanted = which % INSTRUCTIONS;
    way = (enum way)(which / INSTRUCTIONS);
    set_traps();
    pthread_create(&thread, NULL, a, NULL);
    FIRST(thread);
    x = 2;
    return 0;
}
