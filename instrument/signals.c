/* signals.c - handlers that arrive while the core runs wait until it has come out.
 *
 * A handler is the program's code: its accesses and calls belong to the interrupted task, and must
 * not be lost. The core cannot be entered twice, so the handler is put off by the few hundred
 * nanoseconds that an event takes:
 *
 *     event_enter            busy := 1
 *        signal ->           arrived(): busy, so it is queued; return
 *     event_leave            busy := 0; a queued one is sent again, by the kernel, to this thread
 *        signal ->           arrived(): not busy: the program's handler
 *
 * No system call of the program runs in between, so EINTR is what it would have been. Not put off:
 * faults of the very instruction, and handlers that are reset when they run (the second sending
 * would meet the default action). Then the events of the handler are dropped, and counted.
 *
 * Default  actions that end the process are taken by us where something has to be said before: of
 * SIGTERM, with which the gate ends a run whose time is up and asks what the tasks wait for, and,
 * without a gate, of all that kill, because then only we can report. The signal is sent again, to
 * its default action; the program never sees that it was ours for a while.
 *
 * Dump     dump_signal=QUIT: it has us as handler from the start, even where the program ignores it. We ask the
 *          watcher to print (watch.c), and then do what the program has a handler for; its default action is not
 *          taken, nor that of a runtime whose handler only ends the process. As with any handler calls of
 *          the system that cannot be begun again end with EINTR (poll, epoll_wait, nanosleep) in the thread that gets it. Where
 *          the signal is blocked, or awaited by sigwait, nothing is printed.
 *
 * Calls    The hook of calls (arch/x86_64/hot_bodies.S) runs without a guard. It stores its frame above
 *          the depth, and raises that last; then it returns. A handler that meets it before the
 *          return would overwrite the frame, or have the frames moved to where there is more room,
 *          and the hook would go on with what it had loaded. So the entry is completed first, from
 *          its two arguments, and what was interrupted goes on at the return; what the hook had
 *          done by then does not matter:
 *
 *              it had loaded or stored anything, or nothing     the frame is stored, the depth raised
 *              there is no room                                 the hook begins anew, after the handler
 *              the depth was raised, or it goes to the miss     it has nothing left to do, or begins
 *                                                               after us, within a guard
 *              another handler interrupts us before that        it finds the caller, calling; its
 *                                                               frames go before ours is stored
 *              the handler jumps                                from a state that is whole
 *
 *          Slots that have no copy go straight to the guard.
 *
 * The kernel has arrived() as handler; what the program believes to have installed is in the table. Only a
 * handler that a system call of the program's own installs is not seen: what it does while the core runs is
 * dropped and counted, and an entry that it meets half-way may lose its frame. Whether any may come the kernel
 * is asked.
 * vfork's child shares the table but not its handlers with the kernel: it only looks.
 */
#include "detector/signal_names.h"
#include "instrument/front.h"
#include "instrument/given.h"
#include "instrument/life.h"
#include "instrument/modules.h"
#include "instrument/outside.h"
#include "instrument/probe.h"
#include "instrument/ranges.h"
#include "instrument/real.h"
#include "instrument/sys.h"
#include "instrument/watch.h"

#include <errno.h>
#include <signal.h>
#include <ucontext.h>

#define SIGNALS       65
#define SIGNAL_STATUS 128 /* as shells tell a death by signal */

/* hot_bodies.S: the first body is that of calls; hot_entered is its return. */
extern HIDDEN const char hot_bodies[], hot_entered[];

/* Law: action[s] is what the program last installed; wrapped[s]: the kernel has arrived() for it.
 * Written by the thread that installs, before the kernel learns of it; a handler reads it whole or
 * meets the program's own race between installing and raising. */
struct signal_table {
    struct sigaction action[SIGNALS];
    bool wrapped[SIGNALS];
    uint32_t
        running; /* handlers now, but of signals that come from within, and those that were jumped out of */
};

static bool comes_from_within(int signo) {
    return signo == SIGSEGV || signo == SIGBUS || signo == SIGFPE || signo == SIGILL ||
           signo == SIGTRAP || signo == SIGSYS || signo == SIGABRT;
}

static bool is_fault(int signo, const siginfo_t *info) {
    return info->si_code > 0 && (signo == SIGSEGV || signo == SIGBUS || signo == SIGFPE ||
                                 signo == SIGILL || signo == SIGTRAP || signo == SIGSYS);
}

/* Keeps it for event_leave; false: no room. */
static bool put_off(int signo, const siginfo_t *info) {
    for (unsigned i = 0; i < self.put_off; i++) {
        if (self.waiting[i].si_signo == signo && signo < SIGRTMIN) {
            return true; /* standard signals do not add up */
        }
    }
    if (self.put_off == THREAD_PUT_OFF) {
        return false;
    }
    self.waiting[self.put_off] = *info;
    self.waiting[self.put_off].si_signo = signo;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    self.put_off++;
    return true;
}

static bool asks_for_dump(int signo) {
    return signo == front.dump_signal && sys_getpid() == front.pid;
}

static bool asks_for_waits(int signo, const siginfo_t *info) {
    return signo == SIGTERM && info->si_code == SI_QUEUE &&
           info->si_value.sival_int == FINDINGS_TIMEOUT_VALUE;
}

/* The default action. What was sent is blocked now and arrives at our return; a fault happens once
 * more, so that a core file shows the instruction. vfork's child has its own actions. */
static void die_of(int signo, const siginfo_t *info) {
    const struct sigaction by_default = {.sa_handler = SIG_DFL};
    life_killed(SIGNAL_STATUS + signo);
    REAL_OF(sigaction)(signo, &by_default, NULL);
    if (!is_fault(signo, info)) {
        SYS3(SYS_tgkill, sys_getpid(), SYS3(SYS_gettid, 0, 0, 0), signo);
    }
}

/* See Calls, above. Under the guard, for another signal may come here, and move the frames. */
static void complete_entry(ucontext_t *context) {
    struct interrupted at = interrupted_at(context);
    const struct task_hot *t = (const struct task_hot *)self.task;
    uintptr_t body = t != NULL ? code_entry_of(at.pc) : 0;
    size_t before_return = (uintptr_t)hot_entered - (uintptr_t)hot_bodies;
    if (body == 0 || at.pc - body >= before_return) {
        return;
    }
    uint32_t was = guard_enter();
    if ((uint32_t)t->depth < t->frame_slots) {
        hot_call_enter_at(self.task, at.argument, at.sp);
        interrupted_resume(context, body + before_return);
    } else {
        interrupted_resume(context, body);
    }
    guard_leave(was);
}

/* Whether it could have come anywhere else as well. Not, if it is blocked but where it came (sigsuspend); nor if the
 * thread may have sent it to itself: it comes at the end of that system call. */
static bool came_by_chance(int signo, const siginfo_t *info, const ucontext_t *context) {
    const uint8_t *pc = (const uint8_t *)interrupted_at(context).pc;
    bool by_process = info->si_code <= 0 && info->si_code != SI_TIMER &&
                      info->si_code != SI_MESGQ && info->si_code != SI_ASYNCIO;
    bool by_itself = by_process && info->si_pid == front.pid;
    bool maybe_itself =
        by_itself && (!probe_bytes(pc - 2, 2) || (pc[-2] == 0x0f && pc[-1] == 0x05)); /* syscall */
    return !is_fault(signo, info) && !maybe_itself && sigismember(&context->uc_sigmask, signo) == 0;
}

static void run_handler(const struct sigaction *action, int signo, siginfo_t *info, void *context) {
    uint32_t outer = self.handled, counts = comes_from_within(signo) ? 0 : 1;
    __atomic_add_fetch(&front.signals->running, counts, __ATOMIC_SEQ_CST);
    self.handled = outer != 0 || came_by_chance(signo, info, context);
    complete_entry(context);
    if ((action->sa_flags & SA_SIGINFO) != 0) {
        action->sa_sigaction(signo, info, context);
    } else {
        action->sa_handler(signo);
    }
    self.handled = outer;
    __atomic_sub_fetch(&front.signals->running, counts, __ATOMIC_SEQ_CST);
}

static bool is_handler(const struct sigaction *action) {
    return action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN; /* whatever flags say */
}

/* Whether a handler of the program's is to run after a dump. Not that of a runtime which only ends the process. */
static bool goes_on(const struct sigaction *action) {
    return is_handler(action) && (uintptr_t)action->sa_sigaction != front.quits;
}

static void arrived(int signo, siginfo_t *info, void *context) {
    struct sigaction action = front.signals->action[signo];
    if (asks_for_dump(signo)) {
        watch_dump();
        if (!goes_on(&action)) {
            return;
        }
    }
    if (UNLIKELY(self.busy != 0) && !is_fault(signo, info) &&
        (action.sa_flags & (int)SA_RESETHAND) == 0 && put_off(signo, info)) {
        return;
    }
    if (asks_for_waits(signo, info)) {
        life_timeout();
    }
    if (is_handler(&action)) {
        run_handler(&action, signo, info, context);
    } else if (action.sa_handler == SIG_DFL) {
        die_of(signo, info);
    }
}

/* Each is taken off before it is sent: its handler runs inside the system call that sends it, and
 * may come here itself. */
void signals_deliver(void) {
    while (self.put_off != 0 && self.busy == 0) {
        siginfo_t info = self.waiting[--self.put_off];
        sys_call(SYS_rt_tgsigqueueinfo, sys_getpid(), SYS3(SYS_gettid, 0, 0, 0), info.si_signo,
                 (long)&info, 0, 0);
    }
}

/* The C library's own, which it lets nobody change; SIGRTMIN would be a call of it. */
static bool is_libcs(int signo) {
    return signo == __SIGRTMIN || signo == __SIGRTMIN + 1;
}

/* The program's handler and its flags, as the kernel has them, which also knows of one that was installed where we do not
 * look; SIG_DFL: none. One that was reset when it ran may not be through: it counts until the program installs
 * something else. */
static uintptr_t handler_now(int signo, uint64_t *flags) {
    const struct signal_table *table = front.signals;
    const struct sigaction *last = &table->action[signo];
    uintptr_t known = is_handler(last) ? (uintptr_t)last->sa_handler : (uintptr_t)SIG_DFL;
    *flags = (uint64_t)last->sa_flags;
    uintptr_t now = front.sandboxed ? (uintptr_t)arrived : sys_handler(signo, flags);
    bool resets = table->wrapped[signo] && (last->sa_flags & (int)SA_RESETHAND) != 0;
    if (now == (uintptr_t)arrived || now == (uintptr_t)SIG_ERR ||
        (now == (uintptr_t)SIG_DFL && resets)) {
        return known;
    }
    return now != (uintptr_t)SIG_IGN ? now : (uintptr_t)SIG_DFL;
}

enum det_handlers signals_handlers(bool by_runtime) {
    if (front.signals == NULL) {
        return DET_HANDLERS_INTERRUPT;
    }
    bool runs = __atomic_load_n(&front.signals->running, __ATOMIC_SEQ_CST) != 0;
    enum det_handlers all = runs ? DET_HANDLERS_RESTART : DET_HANDLERS_NONE;
    for (int signo = 1; signo < SIGNALS && all != DET_HANDLERS_INTERRUPT; signo++) {
        uint64_t flags;
        if (comes_from_within(signo) || is_libcs(signo)) {
            continue;
        }
        uintptr_t handler = handler_now(signo, &flags);
        if (handler != (uintptr_t)SIG_DFL && handler != front.quits &&
            (by_runtime || handler != front.relays)) {
            all = (flags & SA_RESTART) != 0 ? DET_HANDLERS_RESTART : DET_HANDLERS_INTERRUPT;
        }
    }
    return all;
}

/* -- default actions ------------------------------------------------------------------------ */

static bool is_default(const struct sigaction *action) {
    return action->sa_handler == SIG_DFL;
}

/* Whether the default action of this signal is one that we take. */
static bool takes_default(int signo) {
    static const int killers[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGILL,    SIGABRT, SIGBUS,
                                  SIGFPE,  SIGUSR1, SIGSEGV, SIGUSR2,   SIGPIPE, SIGALRM,
                                  SIGTRAP, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGSYS};
    bool takes = signo == SIGTERM || signo == front.dump_signal;
    for (size_t i = 0; front.bare && i < sizeof killers / sizeof killers[0]; i++) {
        takes |= signo == killers[i];
    }
    return takes;
}

/* All signals wait until we are through: the report tool inherits that. A full stack can only be
 * told of from another one. */
static struct sigaction our_default(int signo) {
    struct sigaction kernel = {.sa_sigaction = arrived, .sa_flags = SA_SIGINFO};
    kernel.sa_flags |= signo == SIGSEGV || signo == SIGBUS ? SA_ONSTACK : 0;
    kernel.sa_flags |= signo == front.dump_signal ? SA_RESTART | SA_ONSTACK : 0;
    sigfillset(&kernel.sa_mask);
    return kernel;
}

/* Whether we are its handler now. Not where it is ignored, as by nohup, unless it asks for a dump. */
static bool take(int signo) {
    struct sigaction now, kernel = our_default(signo);
    if (!takes_default(signo) || REAL_OF(sigaction)(signo, NULL, &now) != 0 ||
        !(is_default(&now) || signo == front.dump_signal)) {
        return false;
    }
    front.signals->action[signo] = now;
    return REAL_OF(sigaction)(signo, &kernel, NULL) == 0;
}

void signals_start(void) {
    front.dump_signal = signal_names_number(front.options.dump_signal);
    front.signals = (struct signal_table *)sys_map(sizeof(struct signal_table), 0);
    for (int signo = 1; front.signals != NULL && signo < SIGNALS; signo++) {
        front.signals->wrapped[signo] = take(signo);
    }
}

/* -- the program's calls -------------------------------------------------------------------- */

/* A mask has room for 1024 signals, of which the kernel fills 64: behind them libc hands out what lay on its stack,
 * pointers among it that lead to what nobody has any more (detector/cut_off.h). */
static struct sigaction cleaned(struct sigaction action) {
    size_t words = sizeof action.sa_mask.__val / sizeof action.sa_mask.__val[0];
    for (size_t i = (SIGNALS - 1) / 64; i < words; i++) {
        action.sa_mask.__val[i] = 0;
    }
    return action;
}

static int change(int signo, const struct sigaction *action, struct sigaction *old) {
    if (!front.on || front.signals == NULL || signo <= 0 || signo >= SIGNALS ||
        sys_getpid() != front.pid) {
        return REAL_OF(sigaction)(signo, action, old);
    }
    struct sigaction before = front.signals->action[signo], given = {0}, kernel;
    bool was_wrapped = front.signals->wrapped[signo], wraps = false;
    if (action != NULL) {
        given = cleaned(*action);
        kernel = given;
        bool handled = is_handler(&given);
        wraps =
            handled || (is_default(&given) && takes_default(signo)) || signo == front.dump_signal;
        if (handled) {
            kernel.sa_sigaction = arrived;
            kernel.sa_flags |= SA_SIGINFO;
        } else if (wraps) {
            kernel = our_default(signo);
        }
        if (wraps) {
            front.signals->action[signo] = given;
        }
    }
    struct sigaction seen;
    int result = REAL_OF(sigaction)(signo, action != NULL ? &kernel : NULL, &seen);
    if (result != 0) {
        front.signals->action[signo] = before;
        return result;
    }
    if (action != NULL) {
        front.signals->wrapped[signo] = wraps;
    }
    if (old != NULL) {
        bool ours =
            was_wrapped && (seen.sa_flags & SA_SIGINFO) != 0 && seen.sa_sigaction == arrived;
        *old = cleaned(ours ? before : seen);
    }
    return 0;
}

/* What there is room for in the kernel's own: of the mask, the signals that exist. */
INTERPOSE int sigaction(int signo, const struct sigaction *action, struct sigaction *old) {
    size_t handler_and_mask = offsetof(struct sigaction, sa_mask) + (SIGNALS - 1) / 8;
    if (is_there(action)) {
        takes(action, handler_and_mask, CALLER_PC);
        takes(&action->sa_flags, sizeof action->sa_flags, CALLER_PC);
    }
    int result = change(signo, action, old);
    if (result == 0 && is_there(old)) {
        fills(old, handler_and_mask, CALLER_PC);
        fills(&old->sa_flags, sizeof old->sa_flags, CALLER_PC);
    }
    return result;
}

static sighandler_t install(int signo, sighandler_t handler, int flags) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags}, old;
    sigemptyset(&action.sa_mask);
    if (signo <= 0 || signo >= SIGNALS || handler == SIG_ERR) {
        errno = EINVAL;
        return SIG_ERR;
    }
    if ((flags & SA_RESTART) != 0) {
        sigaddset(&action.sa_mask, signo);
    }
    return change(signo, &action, &old) == 0 ? old.sa_handler : SIG_ERR;
}

/* As the C library's own: the handler stays, and calls it interrupts go on. */
INTERPOSE sighandler_t signal(int signo, sighandler_t handler) {
    return install(signo, handler, SA_RESTART);
}

INTERPOSE sighandler_t ssignal(int signo, sighandler_t handler) __attribute__((alias("signal")));
INTERPOSE sighandler_t bsd_signal(int signo, sighandler_t handler) __THROW
    __attribute__((alias("signal")));
INTERPOSE int __sigaction(int signo, const struct sigaction *action, struct sigaction *old) __THROW
    __attribute__((alias("sigaction")));

/* What signal() is with -std=c11: good for one signal, and not blocked in its handler. */
INTERPOSE sighandler_t __sysv_signal(int signo, sighandler_t handler) {
    return install(signo, handler, (int)SA_RESETHAND | SA_NODEFER | SA_INTERRUPT);
}

INTERPOSE sighandler_t sysv_signal(int signo, sighandler_t handler)
    __attribute__((alias("__sysv_signal")));

/* Says whether the signal was blocked, and blocks or unblocks it. */
INTERPOSE sighandler_t sigset(int signo, sighandler_t disposition) {
    bool holds = disposition == SIG_HOLD;
    struct sigaction now = {.sa_handler = SIG_ERR};
    sigset_t one, before;
    sigemptyset(&one);
    sighandler_t old = SIG_ERR;
    if (!holds) {
        old = install(signo, disposition, 0);
    } else if (sigaction(signo, NULL, &now) == 0) {
        old = now.sa_handler;
    }
    if (old == SIG_ERR || sigaddset(&one, signo) != 0 ||
        sigprocmask(holds ? SIG_BLOCK : SIG_UNBLOCK, &one, &before) != 0) {
        return SIG_ERR;
    }
    return sigismember(&before, signo) != 0 ? SIG_HOLD : old;
}

/* Handlers may run there: where it lies says nothing about the order of calls (front.h, call_at). */
INTERPOSE int sigaltstack(const stack_t *stack, stack_t *old) {
    int result = REAL_OF(sigaltstack)(stack, old);
    if (result == 0 && stack != NULL) {
        bool on = (stack->ss_flags & SS_DISABLE) == 0;
        self.alternate_bytes = 0; /* a handler in between sees none, or a whole one */
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
        self.alternate_lo = (uintptr_t)stack->ss_sp;
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
        self.alternate_bytes = on ? stack->ss_size : 0;
        outside_handlers(self.alternate_lo, self.alternate_lo + self.alternate_bytes);
        given_word((uintptr_t)stack->ss_sp); /* the kernel alone has it, for all that can be seen */
    }
    return result;
}

/* -- values that come back with a signal ---------------------------------------------------- */

INTERPOSE int sigqueue(pid_t pid, int signo, union sigval value) {
    given_word((uintptr_t)value.sival_ptr);
    return REAL_OF(sigqueue)(pid, signo, value);
}

INTERPOSE int pthread_sigqueue(pthread_t thread, int signo, union sigval value) {
    given_word((uintptr_t)value.sival_ptr);
    return REAL_OF(pthread_sigqueue)(thread, signo, value);
}
