/* signal.c - signals as values on channels [SG-01..05]. */
#include "runtime/signal.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "runtime/crash.h"
#include "runtime/exchange.h"
#include "runtime/mem.h"
#include "runtime/panic.h"
#include "runtime/poll.h"
#include "runtime/sched.h"
#include "runtime/text.h"

#define CALLER ((uintptr_t)__builtin_return_address(0))

static struct rdl__signals *const signals = &rdl__rt.signals;

/* -- the handler -- */

static bool is_fault(int signo, const siginfo_t *info) {
    return info->si_code > 0 && (signo == SIGSEGV || signo == SIGBUS || signo == SIGFPE ||
                                 signo == SIGILL || signo == SIGTRAP || signo == SIGSYS);
}

/* The instruction that failed would only fail again: that is for who handled it before us. */
static void pass_on(int signo, siginfo_t *info, void *context) {
    const struct sigaction *before = &signals->before[signo];
    if ((before->sa_flags & SA_SIGINFO) != 0) {
        before->sa_sigaction(signo, info, context);
    } else if (before->sa_handler != SIG_DFL && before->sa_handler != SIG_IGN) {
        before->sa_handler(signo);
    } else {
        signal(signo, SIG_DFL);
    }
}

static void on_signal(int signo, siginfo_t *info, void *context) {
    int saved_errno = errno;
    if (is_fault(signo, info)) {
        pass_on(signo, info, context);
    } else {
        atomic_fetch_or_explicit(&signals->pending, (uint64_t)1 << (signo - 1),
                                 memory_order_seq_cst);
        rdl__poll_interrupt();
    }
    errno = saved_errno;
}

uintptr_t rdl__signal_handler(void) {
    return (uintptr_t)on_signal;
}

/* -- watches; the lock is held -- */

/* SIGKILL and SIGSTOP cannot be had: they are watched in vain, as in Go. */
static void install(int signo) {
    struct sigaction ours = {.sa_sigaction = on_signal,
                             .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
    sigfillset(&ours.sa_mask);
    sigaction(signo, &ours, &signals->before[signo]);
}

/* Unless the program has meanwhile put its own there. */
static void restore(int signo) {
    struct sigaction now;
    if (sigaction(signo, NULL, &now) == 0 && (now.sa_flags & SA_SIGINFO) != 0 &&
        now.sa_sigaction == on_signal) {
        sigaction(signo, &signals->before[signo], NULL);
    }
}

static void serve(void) {
    uint64_t came = atomic_exchange_explicit(&signals->pending, 0, memory_order_seq_cst);
    for (int signo = 1; came != 0; signo++, came >>= 1) {
        if ((came & 1) == 0) {
            continue;
        }
        if (signals->watches[signo] == NULL) {
            kill(getpid(), signo); /* now with the action that was there before */
        }
        for (struct rdl__signal_watch *w = signals->watches[signo]; w != NULL; w = w->next) {
            w->fn(w);
        }
    }
}

static void add(struct rdl__signal_watch *w) {
    struct rdl__signal_watch **at = &signals->watches[w->signo];
    if (*at == NULL) {
        install(w->signo);
    }
    while (*at != NULL) {
        at = &(*at)->next;
    }
    w->next = NULL;
    *at = w;
}

/* The action first, then what is pending, then the watch: whatever was sent before now is served. */
static void take_out(struct rdl__signal_watch *w) {
    struct rdl__signal_watch **at = &signals->watches[w->signo];
    if (*at == w && w->next == NULL) {
        restore(w->signo);
    }
    serve();
    while (*at != w) {
        at = &(*at)->next;
    }
    *at = w->next;
}

static void lock(void) {
    rdl__lock_acquire(&signals->lock, RANK_SIGNAL);
}

/* Tells of a channel that was closed while signals were sent to it; nothing else is held then. */
static void unlock(void) {
    uintptr_t misuse_pc = signals->misuse_pc;
    signals->misuse_pc = 0;
    rdl__lock_release(&signals->lock);
    if (misuse_pc != 0) {
        rdl__crash_misuse(TEXT_SIGNAL_CLOSED, misuse_pc);
    }
}

/* -- signal.h -- */

bool rdl__signal_is_valid(int signo) {
    return signo > 0 && signo < SIGNALS;
}

bool rdl__signal_prepare(void) {
    if (rdl__poll_open() != 0) {
        return false;
    }
    lock();
    if (signals->before == NULL) {
        signals->before = rdl__os_map(SIGNALS * sizeof(*signals->before));
    }
    bool is_ready = signals->before != NULL;
    unlock();
    return is_ready;
}

void rdl__signal_watch(struct rdl__signal_watch *w) {
    rdl__poll_wait_begins();
    lock();
    add(w);
    unlock();
    rdl__poll_wait_began();
}

void rdl__signal_unwatch(struct rdl__signal_watch *w) {
    lock();
    take_out(w);
    unlock();
    rdl__poll_wait_ended();
}

bool rdl__signal_deliver(void) {
    if (atomic_load_explicit(&signals->pending, memory_order_seq_cst) == 0) {
        return false;
    }
    lock();
    serve();
    unlock();
    return true;
}

/* -- channels -- */

/* One wish of rdl_signal_notify. The sends are those of a task of its own, which only a detector
 * knows: so a receiver learns what the one who asked for the signal did before, and nothing of who
 * asked for others [HB-SG-01]. */
struct notification {
    struct rdl__signal_watch watch;
    struct notification *next; /* of those that one call takes out */
    rdl_chan *ch;
    uintptr_t pc;
    struct task courier; /* never runs: all of it but `det` is zero */
};

static void send_to(struct rdl__signal_watch *w) {
    struct notification *n = (struct notification *)w;
    struct task *wake;
    rdl__lock_acquire(&n->ch->lock, RANK_CHAN);
    enum outcome outcome = rdl__chan_send_locked(n->ch, &n->courier, &n->watch.signo, n->pc, &wake);
    rdl__lock_release(&n->ch->lock);
    if (wake != NULL) {
        rdl__sched_ready(wake);
    }
    if (outcome == OP_CLOSED) {
        signals->misuse_pc = n->pc;
    }
}

static struct notification *find(const rdl_chan *ch, int signo) {
    struct rdl__signal_watch *w = signals->watches[signo];
    while (w != NULL && (w->fn != send_to || ((struct notification *)w)->ch != ch)) {
        w = w->next;
    }
    return (struct notification *)w;
}

bool rdl__signal_is_sent_to(const rdl_chan *ch) {
    bool found = false;
    if (atomic_load_explicit(&signals->n_channels, memory_order_seq_cst) == 0) {
        return false;
    }
    lock();
    for (int signo = 1; signo < SIGNALS && !found; signo++) {
        found = find(ch, signo) != NULL;
    }
    unlock();
    return found;
}

enum signal_wakes rdl__signal_wakes(uint32_t n) {
    if (atomic_load_explicit(&signals->n_channels, memory_order_seq_cst) != n) {
        return SIGNAL_WAKES_SOMEBODY;
    }
    if (!rdl__lock_try(&signals->lock)) { /* whoever delivers takes the scheduler's next */
        return SIGNAL_WAKES_MAYBE;
    }
    bool nobody = true;
    for (int signo = 1; signo < SIGNALS; signo++) {
        for (struct rdl__signal_watch *w = signals->watches[signo]; w != NULL; w = w->next) {
            nobody = nobody && w->fn == send_to &&
                     rdl__chan_first(&((struct notification *)w)->ch->recvq) == NULL;
        }
    }
    rdl__lock_release_bare(&signals->lock);
    return nobody ? SIGNAL_WAKES_NOBODY : SIGNAL_WAKES_SOMEBODY;
}

static struct notification *make(struct task *self, rdl_chan *ch, int signo, uintptr_t pc) {
    struct notification *n = rdl__mem_new(self, sizeof(*n), pc);
    rdl__arch_zero(n, sizeof(*n));
    n->watch.fn = send_to;
    n->watch.signo = signo;
    n->ch = ch;
    n->pc = pc;
    if (rdl__emit_on()) {
        uint64_t id =
            atomic_fetch_add_explicit(&rdl__rt.tasks.next_id, 1, memory_order_relaxed); /* unique */
        n->courier.det = rdl__events->task_create(self->det, EV_TASK_GOROUTINE, id, pc);
        rdl__events->task_note(n->courier.det, EV_NOTE_NAME, "signal delivery");
        rdl__events->task_note(n->courier.det, EV_NOTE_DAEMON, NULL);
        rdl__events->task_note(n->courier.det, EV_NOTE_RELAY, NULL);
    }
    return n;
}

static void discard(struct task *self, struct notification *n) {
    EMIT(task_end(n->courier.det));
    rdl__mem_free(self, n);
}

/* The second wish of the same kind is no other. */
static void begin(struct task *self, struct notification *n) {
    rdl__poll_wait_begins();
    lock();
    bool is_new = find(n->ch, n->watch.signo) == NULL;
    if (is_new) {
        atomic_fetch_add_explicit(&signals->n_channels, 1, memory_order_seq_cst);
        add(&n->watch);
    }
    unlock();
    if (is_new) {
        rdl__poll_wait_began();
    } else {
        rdl__poll_wait_ended();
        discard(self, n);
    }
}

void rdl_signal_notify(rdl_chan *ch, int signo) {
    struct task *self = rdl__task_self();
    uintptr_t pc = CALLER;
    rdl__sched_check(self);
    if (ch == NULL) {
        rdl__panic_text(TEXT_NOTIFY_NIL, pc);
    }
    rdl__chan_touch(ch, self, true, pc);
    if (ch->elem_size != sizeof(int)) {
        rdl__panic_format(pc, TEXT_WRONG_SIZE, sizeof(int), ch->elem_size);
    }
    if (!rdl__signal_is_valid(signo)) {
        rdl__panic_text(TEXT_BAD_SIGNAL, pc);
    }
    if (!rdl__signal_prepare()) {
        rdl__crash_limit(LIMIT_POLLER, pc);
    }
    begin(self, make(self, ch, signo, pc));
}

void rdl_signal_stop(rdl_chan *ch) {
    struct task *self = rdl__task_self();
    struct notification *out = NULL;
    rdl__sched_check(self);
    lock();
    for (int signo = 1; signo < SIGNALS; signo++) {
        struct notification *n = find(ch, signo);
        if (n != NULL) {
            take_out(&n->watch);
            n->next = out;
            out = n;
        }
    }
    unlock();
    while (out != NULL) {
        struct notification *next = out->next;
        atomic_fetch_sub_explicit(&signals->n_channels, 1, memory_order_seq_cst);
        rdl__poll_wait_ended();
        discard(self, out);
        out = next;
    }
}
