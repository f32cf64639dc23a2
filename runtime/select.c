/* select.c - choosing among several channel operations.
 *
 * Steps, each a function: look at the cases, without locks; perform one of those that seem ready,
 * chosen at random, under the lock of its channel alone. If none is, or it is not any more: lock all
 * channels in address order; perform one that is ready, else leave a waiter in every channel and
 * park. The first partner to claim the select decides (chan.h); afterwards the other waiters are
 * taken out again.
 *
 * The first look decides nothing but which case to try. A case that is performed was ready when it
 * was, so a select that judged all cases at that instant might have chosen it too; which ones seem
 * ready differs from which ones are by what other tasks did during this call, and by nothing when
 * there are none: all that are ready have the same chance [SE-02]. That no case is ready, however,
 * is said only by one instant [SE-12]: with all locks held, or, of one case, by a look
 * (rdl__chan_seems_receivable). A timer's channel cannot be judged by looking; with one of those
 * among the cases, all locks are taken at once.
 *
 * Taking them out is the delicate part. A channel may be freed as soon as no task waits on it
 * unserved, so a select that was won on channel A may find B gone:
 *
 *   select (won on A)              somebody else
 *   finds w->chan == B
 *                                  closes B, frees B
 *   locks B: use after free
 *
 * So whoever removes a lost waiter from B clears w->chan under the task's link_lock, and the select
 * looks at w->chan and takes B's lock while it holds link_lock. That is against the rank of the two
 * locks; it only tries, and lets go of link_lock when B is busy.
 */
#include "runtime/exchange.h"

#include "runtime/crash.h"
#include "runtime/mem.h"
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/text.h"

#define CALLER      ((uintptr_t)__builtin_return_address(0))
#define CASES_MAX   65536 /* [SE-16] */
#define FEW_CASES   8     /* so many waiters are always paid for, */
#define STACK_CASES 64    /* so many lie on the stack, more on the heap */
#define NO_CASE     SIZE_MAX
#define TRIES       100 /* before the thread is given up to whoever holds the channel */

enum op { CASE_NONE, CASE_RECV, CASE_SEND, CASE_TIMEOUT, CASE_DEFAULT };

rdl_case rdl_case_recv(rdl_chan *ch, void *elem) {
    return (rdl_case){.rdl__op = CASE_RECV, .rdl__chan = ch, .rdl__elem = elem};
}

rdl_case rdl_case_send(rdl_chan *ch, const void *elem) {
    return (rdl_case){.rdl__op = CASE_SEND, .rdl__chan = ch, .rdl__elem = (void *)elem};
}

rdl_case rdl_case_timeout(rdl_duration d) {
    return (rdl_case){.rdl__op = CASE_TIMEOUT, .rdl__timeout = d};
}

rdl_case rdl_case_default(void) {
    return (rdl_case){.rdl__op = CASE_DEFAULT};
}

/* One select under way. order[0 .. n_order) are its channels, each once, by address. */
struct selection {
    struct task *self;
    rdl_case *cases;
    size_t n;
    uintptr_t pc;
    size_t default_case, timeout_case;
    rdl_duration timeout;
    size_t seen_ready; /* at the first look: the case to try */
    uint32_t n_seen_ready;
    uint32_t n_comms; /* cases with a channel */
    bool has_timer;   /* one of the channels is a timer's */
    rdl_chan **order;
    size_t n_order;
    struct waiter *waiters;
    struct timer timer;
};

static bool is_comm(const rdl_case *c) {
    return (c->rdl__op == CASE_RECV || c->rdl__op == CASE_SEND) && c->rdl__chan != NULL;
}

/* -- looking at the cases -- */

/* Checks a channel's case. True: it seems ready. */
static inline bool look_at(struct selection *s, const rdl_case *c, bool is_send) {
    rdl_chan *ch = c->rdl__chan;
    rdl__chan_touch(ch, s->self, is_send, s->pc);
    if (is_send) {
        rdl__chan_check_source(ch, c->rdl__elem, s->pc);
        return rdl__chan_seems_sendable(ch);
    }
    return rdl__chan_seems_receivable(ch);
}

static __attribute__((noinline)) void note_other(struct selection *s, size_t i) {
    rdl_case *c = &s->cases[i];
    if (c->rdl__op == CASE_TIMEOUT) {
        if (s->timeout_case == NO_CASE || c->rdl__timeout < s->timeout) {
            s->timeout_case = i;
            s->timeout = c->rdl__timeout;
        }
    } else if (c->rdl__op != CASE_DEFAULT) {
        rdl__panic_text(TEXT_BAD_CASE, s->pc);
    } else if (s->default_case != NO_CASE) {
        rdl__panic_text(TEXT_TWO_DEFAULTS, s->pc);
    } else {
        s->default_case = i;
    }
}

/* The k-th case that seems ready replaces the choice with probability 1/k. */
static inline void note_cases(struct selection *s) {
    uint32_t comms = 0, ready = 0;
    uintptr_t timers = 0;
    for (size_t i = 0; i < s->n; i++) {
        rdl_case *c = &s->cases[i];
        c->ok = false;
        if (__builtin_expect(c->rdl__op != CASE_RECV && c->rdl__op != CASE_SEND, 0)) {
            note_other(s, i);
        } else if (c->rdl__chan != NULL) {
            comms++;
            timers |= (uintptr_t)c->rdl__chan->timer;
            if (look_at(s, c, c->rdl__op == CASE_SEND) &&
                (++ready == 1 || rdl__sched_choose(ready) == 0)) {
                s->seen_ready = i;
            }
        }
    }
    s->n_comms = comms;
    s->n_seen_ready = ready;
    s->has_timer = timers != 0;
}

/* -- the channels, each once, in address order -- */

/* Insertion for few, else a heap sort in place: no recursion, no libc. */
static void sift(rdl_chan **order, size_t root, size_t n) {
    for (;;) {
        size_t child = 2 * root + 1;
        if (child >= n) {
            return;
        }
        if (child + 1 < n && order[child] < order[child + 1]) {
            child++;
        }
        if (order[root] >= order[child]) {
            return;
        }
        rdl_chan *swap = order[root];
        order[root] = order[child];
        order[child] = swap;
        root = child;
    }
}

static void sort_heap(rdl_chan **order, size_t n) {
    for (size_t i = n / 2; i > 0; i--) {
        sift(order, i - 1, n);
    }
    for (size_t end = n; end > 1; end--) {
        rdl_chan *swap = order[0];
        order[0] = order[end - 1];
        order[end - 1] = swap;
        sift(order, 0, end - 1);
    }
}

static void sort_few(rdl_chan **order, size_t n) {
    for (size_t i = 1; i < n; i++) {
        rdl_chan *ch = order[i];
        size_t k = i;
        for (; k > 0 && order[k - 1] > ch; k--) {
            order[k] = order[k - 1];
        }
        order[k] = ch;
    }
}

static void order_channels(struct selection *s) {
    size_t n = 0;
    bool sorted = true; /* and without repetition */
    for (size_t i = 0; i < s->n; i++) {
        if (is_comm(&s->cases[i])) {
            rdl_chan *ch = s->cases[i].rdl__chan;
            sorted &= n == 0 || s->order[n - 1] < ch;
            s->order[n++] = ch;
        }
    }
    s->n_order = n;
    if (sorted) {
        return;
    }
    if (n <= FEW_CASES) {
        sort_few(s->order, n);
    } else {
        sort_heap(s->order, n);
    }
    s->n_order = 1;
    for (size_t i = 1; i < n; i++) {
        if (s->order[s->n_order - 1] != s->order[i]) {
            s->order[s->n_order++] = s->order[i];
        }
    }
}

static void lock_all(struct selection *s) {
    for (size_t i = 0; i < s->n_order; i++) {
        rdl__lock_acquire(&s->order[i]->lock, RANK_CHAN);
    }
}

/* Once the last lock is released the select may go on elsewhere, and its frame be gone, order with
 * it: nothing of it is read after that. */
static void unlock_all(rdl_chan **order, size_t n) {
    for (size_t i = 0; i < n; i++) {
        rdl__lock_release(&order[i]->lock);
    }
}

/* -- a case that is ready -- */

static bool is_ready(const rdl_case *c) {
    return is_comm(c) && (c->rdl__op == CASE_SEND ? rdl__chan_can_send(c->rdl__chan)
                                                  : rdl__chan_can_recv(c->rdl__chan));
}

/* Any of the ready ones, each with the same probability [SE-02]: the k-th that is found replaces
 * the choice with probability 1/k. All locks held. */
static size_t choose_ready(struct selection *s) {
    size_t chosen = NO_CASE;
    uint32_t found = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (is_ready(&s->cases[i]) && (++found == 1 || rdl__sched_choose(found) == 0)) {
            chosen = i;
        }
    }
    return chosen;
}

/* The operation of case i. Its channel's lock is held, and is released by the caller. */
static enum outcome perform_locked(struct selection *s, size_t i, struct task **wake) {
    const rdl_case *c = &s->cases[i];
    return c->rdl__op == CASE_SEND
               ? rdl__chan_send_locked(c->rdl__chan, s->self, c->rdl__elem, s->pc, wake)
               : rdl__chan_recv_locked(c->rdl__chan, s->self, c->rdl__elem, s->pc, wake);
}

static inline void finish(struct selection *s, size_t i, enum outcome outcome, struct task *wake) {
    if (wake != NULL) {
        rdl__sched_ready(wake);
    }
    s->cases[i].ok = outcome == OP_DONE;
}

/* Performs a case that seemed ready. False: it is not, at this instant. */
static bool perform_seen(struct selection *s, size_t i) {
    rdl_chan *ch = s->cases[i].rdl__chan;
    struct task *wake;
    rdl__lock_acquire(&ch->lock, RANK_CHAN);
    enum outcome outcome = perform_locked(s, i, &wake);
    rdl__lock_release(&ch->lock);
    if (outcome == OP_BLOCKED) {
        return false;
    }
    finish(s, i, outcome, wake);
    return true;
}

/* Performs a ready case. All locks held; they are released unless it turned out not to be ready:
 * the partner was a select that has been won by somebody else in the meantime. */
static bool perform(struct selection *s, size_t i) {
    struct task *wake;
    enum outcome outcome = perform_locked(s, i, &wake);
    if (outcome == OP_BLOCKED) {
        return false;
    }
    unlock_all(s->order, s->n_order);
    finish(s, i, outcome, wake);
    return true;
}

/* -- parking -- */

static void commit_select(struct task *t, void *selection) {
    struct selection *s = selection;
    rdl_chan **order = s->order;
    size_t n = s->n_order;
    (void)t;
    for (size_t i = 0; i < n; i++) {
        rdl__chan_parked(order[i]);
    }
    if (s->timeout_case != NO_CASE) {
        rdl__timer_arm(&s->timer);
    }
    /* The time-out may have fired already, and the task run. It cannot return before it has had the
     * lock of every channel that is still to be released here; without channels, *s is gone. */
    unlock_all(order, n);
}

/* Of the wait: one case blocks as the plain operation would [SE-07, TR-04]. */
static enum ev_wait_kind wait_kind(const struct selection *s) {
    if (s->n == 0) {
        return EV_WAIT_SELECT_NO_CASES;
    }
    if (s->n > 1 || s->cases[0].rdl__op == CASE_TIMEOUT) {
        bool is_for_nothing = s->n_order == 0 && s->timeout_case == NO_CASE;
        return is_for_nothing ? EV_WAIT_SELECT_NIL : EV_WAIT_SELECT;
    }
    bool is_nil = s->cases[0].rdl__chan == NULL;
    if (s->cases[0].rdl__op == CASE_SEND) {
        return is_nil ? EV_WAIT_CHAN_SEND_NIL : EV_WAIT_CHAN_SEND;
    }
    return is_nil ? EV_WAIT_CHAN_RECEIVE_NIL : EV_WAIT_CHAN_RECEIVE;
}

/* Of the channel that a timer will serve, if there is one: else of any that has a timer, which somebody may arm. Locks
 * held. */
static const bool *by_time(const struct selection *s) {
    const bool *found = NULL;
    for (size_t i = 0; i < s->n_order; i++) {
        const bool *here = rdl__chan_by_time(s->order[i]);
        if (here != NULL && (found == NULL || !*found)) {
            found = here;
        }
    }
    return found;
}

static void park(struct selection *s) {
    struct task *self = s->self;
    int64_t deadline_ns = 0;
    if (s->timeout_case != NO_CASE) {
        deadline_ns = s->timer.when_ns;
    }
    atomic_store_explicit(&self->claim, CLAIM_OPEN, memory_order_release);
    rdl__sched_wait_begin_by_time(self, wait_kind(s), (const void *const *)s->order,
                                  (uint32_t)s->n_order, deadline_ns, by_time(s), s->pc);
    for (size_t i = 0; i < s->n; i++) {
        const rdl_case *c = &s->cases[i];
        s->waiters[i] = (struct waiter){.task = self,
                                        .elem = c->rdl__elem,
                                        .pc = s->pc,
                                        .index = (uint32_t)i,
                                        .in_select = true,
                                        .is_send = c->rdl__op == CASE_SEND};
        if (is_comm(c)) {
            rdl__chan_enqueue(c->rdl__chan, &s->waiters[i]);
        }
    }
    rdl__sched_park(self, commit_select, s);
}

/* Takes the waiters from *next on out of their channels, as far as that has not happened yet; see
 * the head of this file. False: the channel of *next is busy. */
static bool try_unhook(struct selection *s, size_t *next) {
    bool done = true;
    rdl__lock_acquire(&s->self->link_lock, RANK_LINK);
    while (done && *next < s->n) {
        struct waiter *w = &s->waiters[*next];
        rdl_chan *ch = w->chan;
        if (ch != NULL) {
            done = rdl__lock_try(&ch->lock);
            if (done) {
                rdl__chan_dequeue(ch, w);
                w->chan = NULL;
                rdl__lock_release(&ch->lock);
            }
        }
        *next += done;
    }
    rdl__lock_release(&s->self->link_lock);
    return done;
}

static void unhook_all(struct selection *s) {
    size_t next = 0;
    for (unsigned tries = 1; !try_unhook(s, &next); tries++) {
        if (tries % TRIES == 0) {
            rdl__os_yield_thread();
        } else {
            rdl__arch_pause();
        }
    }
}

static size_t wait_for_partner(struct selection *s) {
    struct task *self = s->self;
    park(s);
    struct waiter *served = self->woken_by;
    if (served != NULL && s->timeout_case != NO_CASE) {
        rdl__timer_disarm(&s->timer);
    }
    unhook_all(s);
    atomic_store_explicit(&self->claim, CLAIM_NONE, memory_order_release);
    if (served == NULL) {
        return s->timeout_case;
    }
    s->cases[served->index].ok = served->ok;
    return served->index;
}

/* -- the whole -- */

/* With memory for waiters and order. */
static size_t run_select(struct selection *s) {
    int64_t start_ns = s->timeout_case == NO_CASE ? 0 : rdl__sched_now();
    order_channels(s);
    for (;;) {
        lock_all(s);
        size_t chosen = choose_ready(s);
        if (chosen == NO_CASE) {
            break;
        }
        if (perform(s, chosen)) {
            return chosen;
        }
        unlock_all(s->order, s->n_order);
    }
    if (s->default_case != NO_CASE) {
        unlock_all(s->order, s->n_order);
        return s->default_case;
    }
    if (s->timeout_case != NO_CASE && s->timeout <= 0) {
        unlock_all(s->order, s->n_order);
        return s->timeout_case;
    }
    s->timer = (struct timer){.kind = TIMER_SELECT, .task = s->self};
    s->timer.when_ns = rdl__timer_deadline(start_ns, s->timeout);
    return wait_for_partner(s);
}

static __attribute__((noinline)) size_t run_with_few(struct selection *s) {
    rdl_chan *order[FEW_CASES];
    struct waiter waiters[FEW_CASES];
    s->order = order;
    s->waiters = waiters;
    return run_select(s);
}

static __attribute__((noinline)) size_t run_on_stack(struct selection *s) {
    rdl_chan *order[STACK_CASES];
    struct waiter waiters[STACK_CASES];
    s->order = order;
    s->waiters = waiters;
    return run_select(s);
}

static __attribute__((noinline)) size_t run_on_heap(struct selection *s) {
    struct task *self = s->self;
    s->waiters = rdl__mem_new(self, s->n * (sizeof(*s->waiters) + sizeof(*s->order)), s->pc);
    s->order = (rdl_chan **)(s->waiters + s->n);
    void *block = s->waiters;
    size_t chosen = run_select(s);
    rdl__mem_free(self, block);
    return chosen;
}

/* What the first look did not settle. */
static __attribute__((noinline)) size_t run(struct selection *s) {
    if (s->n <= FEW_CASES) {
        return run_with_few(s);
    }
    return s->n <= STACK_CASES ? run_on_stack(s) : run_on_heap(s);
}

static size_t choose(struct selection *s) {
    if (s->has_timer) {
        return run(s);
    }
    if (s->n_seen_ready != 0 && perform_seen(s, s->seen_ready)) {
        return s->seen_ready;
    }
    if (s->n_comms <= 1 && s->default_case != NO_CASE) {
        return s->default_case; /* [CH-25] */
    }
    return run(s);
}

size_t rdl_select(rdl_case *cases, size_t n) {
    struct selection s;
    s.self = rdl__chan_enter();
    s.cases = cases;
    s.n = n;
    s.pc = CALLER;
    s.default_case = s.timeout_case = NO_CASE;
    if (__builtin_expect(n > CASES_MAX, 0)) {
        rdl__panic_text(TEXT_TOO_MANY_CASES, s.pc);
    }
    if (__builtin_expect(cases == NULL && n != 0, 0)) {
        rdl__panic_text(TEXT_NULL_CASES, s.pc);
    }
    note_cases(&s);
    size_t chosen = choose(&s);
    if (chosen != NO_CASE && cases[chosen].rdl__op == CASE_SEND && !cases[chosen].ok) {
        rdl__panic_text(TEXT_SEND_CLOSED, s.pc);
    }
    return chosen;
}
