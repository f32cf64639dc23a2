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
 * The kernel has arrived() as handler; what the program believes to have installed is in the table.
 * vfork's child shares the table but not its handlers with the kernel: it only looks.
 */
#include "instrument/front.h"
#include "instrument/real.h"
#include "instrument/sys.h"

#include <errno.h>
#include <signal.h>
#include <ucontext.h>

#define SIGNALS 65

/* Law: action[s] is what the program last installed; wrapped[s]: the kernel has arrived() for it.
 * Written by the thread that installs, before the kernel learns of it; a handler reads it whole or
 * meets the program's own race between installing and raising. */
struct signal_table {
    struct sigaction action[SIGNALS];
    bool wrapped[SIGNALS];
};

void signals_start(void) {
    front.signals = (struct signal_table *)sys_map(sizeof(struct signal_table), 0);
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

static void arrived(int signo, siginfo_t *info, void *context) {
    struct sigaction action = front.signals->action[signo];
    if (UNLIKELY(self.busy != 0) && !is_fault(signo, info) &&
        (action.sa_flags & (int)SA_RESETHAND) == 0 && put_off(signo, info)) {
        return;
    }
    if ((action.sa_flags & SA_SIGINFO) != 0) {
        action.sa_sigaction(signo, info, context);
    } else if (action.sa_handler != SIG_IGN && action.sa_handler != SIG_DFL) {
        action.sa_handler(signo);
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

static bool is_handler(const struct sigaction *action) {
    return (action->sa_flags & SA_SIGINFO) != 0 ||
           (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN);
}

INTERPOSE int sigaction(int signo, const struct sigaction *action, struct sigaction *old) {
    if (!front.on || front.signals == NULL || signo <= 0 || signo >= SIGNALS ||
        sys_getpid() != front.pid) {
        return REAL_OF(sigaction)(signo, action, old);
    }
    struct sigaction before = front.signals->action[signo], given = {0}, kernel;
    bool was_wrapped = front.signals->wrapped[signo];
    if (action != NULL) {
        given = *action;
        kernel = given;
        if (is_handler(&given)) {
            kernel.sa_sigaction = arrived;
            kernel.sa_flags |= SA_SIGINFO;
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
        front.signals->wrapped[signo] = is_handler(&given);
    }
    if (old != NULL) {
        bool ours =
            was_wrapped && (seen.sa_flags & SA_SIGINFO) != 0 && seen.sa_sigaction == arrived;
        *old = ours ? before : seen;
    }
    return 0;
}

/* As the C library's own: the handler stays, and calls it interrupts go on. */
INTERPOSE sighandler_t signal(int signo, sighandler_t handler) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART}, old;
    sigemptyset(&action.sa_mask);
    if (signo <= 0 || signo >= SIGNALS || handler == SIG_ERR) {
        errno = EINVAL;
        return SIG_ERR;
    }
    sigaddset(&action.sa_mask, signo);
    return sigaction(signo, &action, &old) == 0 ? old.sa_handler : SIG_ERR;
}
