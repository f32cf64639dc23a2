/* select.c - choosing among several channel operations.
 *
 * Four steps, each a function: look at the cases; lock their channels in address order; perform one
 * that is ready, chosen at random; else leave a waiter in every channel and park. The first partner
 * to claim the select decides (chan.h); afterwards the other waiters are taken out again.
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

#define CALLER       ((uintptr_t)__builtin_return_address(0))
#define CASES_MAX    65536 /* [SE-16] */
#define INLINE_CASES 8     /* more need memory from the heap */
#define NO_CASE      SIZE_MAX
#define TRIES        100 /* before the thread is given up to whoever holds the channel */

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
    rdl_chan **order;
    size_t n_order;
    struct waiter *waiters;
    struct timer timer;
};

static bool is_comm(const rdl_case *c) {
    return (c->rdl__op == CASE_RECV || c->rdl__op == CASE_SEND) && c->rdl__chan != NULL;
}

/* -- looking at the cases -- */

static void note_case(struct selection *s, size_t i) {
    rdl_case *c = &s->cases[i];
    c->ok = false;
    switch (c->rdl__op) {
    case CASE_RECV:
    case CASE_SEND:
        if (c->rdl__chan == NULL) {
            break;
        }
        rdl__chan_touch(c->rdl__chan, s->self, c->rdl__op == CASE_SEND, s->pc);
        if (c->rdl__op == CASE_SEND) {
            rdl__chan_check_source(c->rdl__chan, c->rdl__elem, s->pc);
        }
        break;
    case CASE_TIMEOUT:
        if (s->timeout_case == NO_CASE || c->rdl__timeout < s->timeout) {
            s->timeout_case = i;
            s->timeout = c->rdl__timeout;
        }
        break;
    case CASE_DEFAULT:
        if (s->default_case != NO_CASE) {
            rdl__panic_text(TEXT_TWO_DEFAULTS, s->pc);
        }
        s->default_case = i;
        break;
    default:
        rdl__panic_text(TEXT_BAD_CASE, s->pc);
    }
}

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

static void sort(rdl_chan **order, size_t n) {
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

static void order_channels(struct selection *s) {
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (is_comm(&s->cases[i])) {
            s->order[n++] = s->cases[i].rdl__chan;
        }
    }
    sort(s->order, n);
    for (size_t i = 0; i < n; i++) {
        if (s->n_order == 0 || s->order[s->n_order - 1] != s->order[i]) {
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

/* Performs a ready case. All locks held; they are released unless it turned out not to be ready:
 * the partner was a select that has been won by somebody else in the meantime. */
static bool perform(struct selection *s, size_t i) {
    rdl_case *c = &s->cases[i];
    struct task *wake;
    bool is_send = c->rdl__op == CASE_SEND;
    enum outcome outcome =
        is_send ? rdl__chan_send_locked(c->rdl__chan, s->self, c->rdl__elem, s->pc, &wake)
                : rdl__chan_recv_locked(c->rdl__chan, s->self, c->rdl__elem, s->pc, &wake);
    if (outcome == OP_BLOCKED) {
        return false;
    }
    unlock_all(s->order, s->n_order);
    if (wake != NULL) {
        rdl__sched_ready(wake);
    }
    c->ok = outcome == OP_DONE;
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
        return EV_WAIT_SELECT;
    }
    bool is_nil = s->cases[0].rdl__chan == NULL;
    if (s->cases[0].rdl__op == CASE_SEND) {
        return is_nil ? EV_WAIT_CHAN_SEND_NIL : EV_WAIT_CHAN_SEND;
    }
    return is_nil ? EV_WAIT_CHAN_RECEIVE_NIL : EV_WAIT_CHAN_RECEIVE;
}

static void park(struct selection *s) {
    struct task *self = s->self;
    int64_t deadline_ns = 0;
    if (s->timeout_case != NO_CASE) {
        deadline_ns = s->timer.when_ns;
    }
    atomic_store_explicit(&self->claim, CLAIM_OPEN, memory_order_release);
    rdl__sched_wait_begin(self, wait_kind(s), (const void *const *)s->order, (uint32_t)s->n_order,
                          deadline_ns, s->pc);
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

/* Takes a waiter that was not served out of its channel, if that has not happened yet; see the head
 * of this file. False: the channel is busy. */
static bool try_unhook(struct task *self, struct waiter *w) {
    bool done = true;
    rdl__lock_acquire(&self->link_lock, RANK_LINK);
    rdl_chan *ch = w->chan;
    if (ch != NULL) {
        done = rdl__lock_try(&ch->lock);
        if (done) {
            rdl__chan_dequeue(ch, w);
            w->chan = NULL;
            rdl__lock_release(&ch->lock);
        }
    }
    rdl__lock_release(&self->link_lock);
    return done;
}

static void unhook_all(struct selection *s) {
    for (size_t i = 0; i < s->n; i++) {
        struct waiter *w = &s->waiters[i];
        if (!is_comm(&s->cases[i]) || w == s->self->woken_by) {
            continue;
        }
        for (unsigned tries = 1; !try_unhook(s->self, w); tries++) {
            if (tries % TRIES == 0) {
                rdl__os_yield_thread();
            } else {
                rdl__arch_pause();
            }
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

static size_t run_on_stack(struct selection *s) {
    rdl_chan *order[INLINE_CASES];
    struct waiter waiters[INLINE_CASES];
    s->order = order;
    s->waiters = waiters;
    return run_select(s);
}

static size_t run_on_heap(struct selection *s) {
    struct task *self = s->self;
    s->waiters = rdl__mem_new(self, s->n * (sizeof(*s->waiters) + sizeof(*s->order)), s->pc);
    s->order = (rdl_chan **)(s->waiters + s->n);
    void *block = s->waiters;
    size_t chosen = run_select(s);
    rdl__mem_free(self, block);
    return chosen;
}

size_t rdl_select(rdl_case *cases, size_t n) {
    struct selection s = {.self = rdl__task_self(),
                          .cases = cases,
                          .n = n,
                          .pc = CALLER,
                          .default_case = NO_CASE,
                          .timeout_case = NO_CASE};
    rdl__sched_check(s.self);
    if (n > CASES_MAX) {
        rdl__panic_text(TEXT_TOO_MANY_CASES, s.pc);
    }
    for (size_t i = 0; i < n; i++) {
        note_case(&s, i);
    }
    size_t chosen = n <= INLINE_CASES ? run_on_stack(&s) : run_on_heap(&s);
    if (chosen != NO_CASE && cases[chosen].rdl__op == CASE_SEND && !cases[chosen].ok) {
        rdl__panic_text(TEXT_SEND_CLOSED, s.pc);
    }
    return chosen;
}
