/* fd.c - turns at a descriptor, waiting for it, closing it. */
#include "runtime/fd.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "runtime/crash.h"
#include "runtime/os_io.h"
#include "runtime/poll.h"
#include "runtime/sched.h"

static struct rdl__polls *const polls = &rdl__rt.polls;

/* -- the table: slab i holds FIRST << i records, committed when touched -- */

static struct rdl__fd *find(int fd) {
    uint32_t place = (uint32_t)fd + FD_SLAB_FIRST;
    unsigned i = (unsigned)(31 - __builtin_clz(place)) - FD_SLAB_FIRST_LOG;
    struct rdl__fd *slab = atomic_load_explicit(&polls->slabs[i], memory_order_acquire);
    return slab == NULL ? NULL : slab + (place - (FD_SLAB_FIRST << i));
}

/* Only for a number that is open: one that is a mistake may lie far out. */
static void grow(int fd) {
    uint32_t place = (uint32_t)fd + FD_SLAB_FIRST;
    unsigned i = (unsigned)(31 - __builtin_clz(place)) - FD_SLAB_FIRST_LOG;
    size_t bytes = (size_t)(FD_SLAB_FIRST << i) * sizeof(struct rdl__fd);
    struct rdl__fd *slab = rdl__os_map(bytes);
    struct rdl__fd *none = NULL;
    if (slab == NULL) {
        rdl__crash_limit(LIMIT_MEMORY, 0);
    }
    if (!atomic_compare_exchange_strong_explicit(&polls->slabs[i], &none, slab,
                                                 memory_order_release, memory_order_relaxed)) {
        rdl__os_unmap(slab, bytes);
    }
}

static struct rdl__fd *find_or_make(int fd) {
    if (fd < 0) {
        return NULL;
    }
    struct rdl__fd *r = find(fd);
    if (r == NULL && rdl__os_fd_is_open(fd)) {
        grow(fd);
        r = find(fd);
    }
    return r;
}

/* -- queues; the record's lock is held -- */

static void push(struct waitq *q, struct waiter *w) {
    w->next = NULL;
    w->prev = q->last;
    if (q->last != NULL) {
        q->last->next = w;
    } else {
        q->first = w;
    }
    q->last = w;
}

static void take_out(struct waitq *q, struct waiter *w) {
    if (w->prev != NULL) {
        w->prev->next = w->next;
    } else {
        q->first = w->next;
    }
    if (w->next != NULL) {
        w->next->prev = w->prev;
    } else {
        q->last = w->prev;
    }
}

/* False: its deadline has passed, and it will take itself out. */
static bool win(struct waitq *q, struct waiter *w, bool ok) {
    if (!rdl__chan_claim(w->task, w)) {
        return false;
    }
    take_out(q, w);
    w->ok = ok;
    return true;
}

static struct task **append(struct task **end, struct task *t) {
    *end = t;
    return &t->next;
}

static struct task **win_all(struct waitq *q, uint32_t events, bool ok, struct task **end) {
    struct waiter *next;
    for (struct waiter *w = q->first; w != NULL; w = next) {
        next = w->next;
        if ((w->index & events) != 0 && win(q, w, ok)) {
            end = append(end, w->task);
        }
    }
    return end;
}

/* -- waiting -- */

/* Lies in the frame of whoever waits. */
struct parking {
    struct rdl__fd *record;
    struct timer timer;
    bool timed;
    bool for_kernel;
};

/* Once the record is unlocked the task may be woken, and its frame gone. */
static void commit(struct task *t, void *arg) {
    struct parking *p = arg;
    struct rdl__fd *r = p->record;
    bool for_kernel = p->for_kernel;
    (void)t;
    if (p->timed) {
        rdl__timer_arm(&p->timer);
    }
    rdl__lock_release(&r->lock);
    if (for_kernel) {
        rdl__poll_wait_began();
    }
}

/* Parks w, which is in q, and gives the lock up; holds it again when it returns. 0: woken with
 * w->ok; else why not. */
static int park(struct fd_use *use, struct waitq *q, struct waiter *w, enum ev_wait_kind kind) {
    struct rdl__fd *r = use->record;
    struct task *self = use->self;
    const void *object = r;
    struct parking p = {.record = r,
                        .timer = {.kind = TIMER_SELECT, .task = self, .when_ns = use->deadline_ns},
                        .timed = use->deadline_ns != 0,
                        .for_kernel = kind == EV_WAIT_IO};
    atomic_store_explicit(&self->claim, CLAIM_OPEN, memory_order_release);
    rdl__sched_wait_begin(self, kind, &object, 1, use->deadline_ns, use->pc);
    rdl__sched_park(self, commit, &p);
    bool timed_out = self->woken_by == NULL;
    if (p.timed && !timed_out) {
        rdl__timer_disarm(&p.timer);
    }
    rdl__lock_acquire(&r->lock, RANK_FD);
    if (timed_out) {
        take_out(q, w);
    }
    atomic_store_explicit(&self->claim, CLAIM_NONE, memory_order_release);
    return timed_out ? -ETIMEDOUT : w->ok ? 0 : -ECANCELED;
}

static uint32_t wanted(const struct rdl__fd *r) {
    uint32_t events = 0;
    for (const struct waiter *w = r->waits.first; w != NULL; w = w->next) {
        events |= w->index;
    }
    return events;
}

/* In the list before the kernel is told: who hears of the event looks there first. */
int rdl__fd_wait(struct fd_use *use, uint32_t events) {
    struct rdl__fd *r = use->record;
    struct waiter w = {.task = use->self, .pc = use->pc, .index = events | EPOLLERR | EPOLLHUP};
    int result = rdl__poll_open();
    if (result != 0) {
        return result;
    }
    rdl__lock_acquire(&r->lock, RANK_FD);
    if (r->closing) {
        rdl__lock_release(&r->lock);
        return -ECANCELED;
    }
    push(&r->waits, &w);
    atomic_fetch_add_explicit(&r->n_waits, 1, memory_order_seq_cst);
    result = rdl__poll_arm(use->fd, wanted(r), &r->known);
    if (result != 0) {
        take_out(&r->waits, &w);
    } else {
        rdl__poll_wait_begins();
        result = park(use, &r->waits, &w, EV_WAIT_IO);
        rdl__poll_wait_ended();
    }
    atomic_fetch_sub_explicit(&r->n_waits, 1, memory_order_seq_cst);
    rdl__lock_release(&r->lock);
    return result;
}

/* An event may be old, of a wait that is over or of another file under this number: whoever is woken
 * tries again anyway. The list is looked at without the lock first: rdl_close_fd may hold that for
 * long, and has emptied the list before. */
struct task **rdl__fd_is_ready(int fd, uint32_t events, struct task **end) {
    struct rdl__fd *r = find(fd);
    if (atomic_load_explicit(&r->n_waits, memory_order_seq_cst) == 0) {
        return end;
    }
    rdl__lock_acquire(&r->lock, RANK_FD);
    end = win_all(&r->waits, events, true, end);
    if (r->waits.first != NULL && rdl__poll_arm(fd, wanted(r), &r->known) != 0) {
        end = win_all(&r->waits, UINT32_MAX, true, end); /* they will find out why */
    }
    rdl__lock_release(&r->lock);
    return end;
}

/* -- turns -- */

/* Gives the turn to the oldest that waits for it. Returns whom to ready, or NULL. */
static struct task *pass_turn(struct rdl__fd *r, enum fd_side side) {
    struct waitq *q = &r->turns[side];
    for (struct waiter *w = q->first; w != NULL; w = w->next) {
        if (win(q, w, true)) {
            return w->task;
        }
    }
    r->busy[side] = false;
    return NULL;
}

static int take_turn(struct fd_use *use) {
    struct rdl__fd *r = use->record;
    struct waiter w = {.task = use->self, .pc = use->pc, .index = UINT32_MAX};
    if (use->side == FD_ANY) {
        return 0;
    }
    if (!r->busy[use->side]) {
        r->busy[use->side] = true;
        return 0;
    }
    push(&r->turns[use->side], &w);
    return park(use, &r->turns[use->side], &w, EV_WAIT_SEMAPHORE);
}

/* One user less. Returns the closer to ready, if that was the last. */
static struct task *drop(struct rdl__fd *r) {
    return --r->users == 0 ? r->closer : NULL;
}

static void ready_if(struct task *t) {
    if (t != NULL) {
        rdl__sched_ready(t);
    }
}

static bool is_past(int64_t deadline_ns) {
    return deadline_ns != 0 && deadline_ns <= rdl__sched_now();
}

int rdl__fd_enter(struct fd_use *use) {
    struct task *last = NULL;
    int result = -ECANCELED;
    struct rdl__fd *r = find_or_make(use->fd);
    if (r == NULL) {
        return -EBADF;
    }
    if (use->deadline_ns == INT64_MAX) {
        use->deadline_ns = 0;
    }
    if (is_past(use->deadline_ns)) {
        return -ETIMEDOUT;
    }
    use->record = r;
    rdl__lock_acquire(&r->lock, RANK_FD);
    if (!r->closing) {
        r->users++;
        result = take_turn(use);
        if (result != 0) {
            last = drop(r);
        }
    }
    rdl__lock_release(&r->lock);
    ready_if(last);
    return result;
}

void rdl__fd_leave(struct fd_use *use) {
    struct rdl__fd *r = use->record;
    rdl__lock_acquire(&r->lock, RANK_FD);
    struct task *next = use->side == FD_ANY ? NULL : pass_turn(r, use->side);
    struct task *closer = drop(r);
    rdl__lock_release(&r->lock);
    ready_if(next);
    ready_if(closer);
}

/* -- closing -- */

static void commit_closer(struct task *t, void *record) {
    struct rdl__fd *r = record;
    (void)t;
    rdl__lock_release(&r->lock);
}

/* Wakes everybody and waits until they have left; nobody enters any more. */
static bool empty(struct rdl__fd *r, struct task *self, uintptr_t pc) {
    struct task *woken = NULL;
    const void *object = r;
    rdl__lock_acquire(&r->lock, RANK_FD);
    if (r->closing) {
        rdl__lock_release(&r->lock);
        return false;
    }
    r->closing = true;
    struct task **end = win_all(&r->waits, UINT32_MAX, false, &woken);
    end = win_all(&r->turns[FD_READ], UINT32_MAX, false, end);
    end = win_all(&r->turns[FD_WRITE], UINT32_MAX, false, end);
    *end = NULL;
    rdl__lock_release(&r->lock);
    rdl__sched_ready_all(woken, true);
    rdl__lock_acquire(&r->lock, RANK_FD);
    if (r->users == 0) {
        rdl__lock_release(&r->lock);
        return true;
    }
    r->closer = self;
    rdl__sched_wait_begin(self, EV_WAIT_SEMAPHORE, &object, 1, 0, pc);
    rdl__sched_park(self, commit_closer, r);
    return true;
}

/* close(2) under the lock: from the moment that the number is free somebody may open it anew and
 * enter, and must find the record clean. If close lingers, only he waits. */
int rdl__fd_close(struct task *self, int fd, uintptr_t pc) {
    struct rdl__fd *r = find_or_make(fd);
    if (r == NULL || !empty(r, self, pc)) {
        return -EBADF;
    }
    rdl__lock_acquire(&r->lock, RANK_FD);
    if (r->known) {
        rdl__poll_forget(fd);
    }
    int result = rdl__os_close(fd);
    r->closing = false;
    r->known = false;
    r->closer = NULL;
    atomic_store_explicit(&r->kind, FD_UNKNOWN, memory_order_relaxed); /* a hint */
    rdl__lock_release(&r->lock);
    return result;
}

bool rdl__fd_is_awaited(int fd) {
    struct rdl__fd *r = fd < 0 ? NULL : find(fd);
    return r != NULL && getpid() == rdl__rt.pid &&
           atomic_load_explicit(&r->n_waits, memory_order_seq_cst) != 0;
}
