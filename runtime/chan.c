/* chan.c - the rare halves of the exchange: partners in a select, close, what a detector is told. */
#include "runtime/exchange.h"

#include "runtime/check.h"
#include "runtime/crash.h"
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/text.h"

#define RARE __attribute__((noinline, cold))

/* -- what the detector is told; nothing of this runs in a normal run -- */

/* Slot i in the exact order of HB-CH-04: what is deposited does not contain what is acquired. */
static void emit_slot(rdl_chan *ch, struct task *t, size_t index) {
    const unsigned char *key = ch->keys + index * ch->key_step;
    if (ch->keys_shared) {
        rdl__emit_acquire(t->det, key);
        rdl__emit_release_merge(t->det, key);
    } else {
        rdl__emit_release_acquire(t->det, key);
    }
}

RARE void rdl__chan_emit_hand(rdl_chan *ch, struct task *self, const void *elem, uintptr_t pc,
                              const struct waiter *receiver) {
    rdl__emit_access(self->det, elem, ch->elem_size, EV_READ, pc);
    if (ch->capacity == 0) {
        rdl__emit_meet(self->det, receiver->task->det);
    } else {
        emit_slot(ch, self, ch->send_index);
        emit_slot(ch, receiver->task, ch->send_index);
    }
    rdl__emit_access(receiver->task->det, receiver->elem, ch->elem_size, EV_WRITE, receiver->pc);
}

RARE void rdl__chan_emit_put(rdl_chan *ch, struct task *self, const void *elem, uintptr_t pc) {
    rdl__emit_access(self->det, elem, ch->elem_size, EV_READ, pc);
    emit_slot(ch, self, ch->send_index);
}

RARE void rdl__chan_emit_get(rdl_chan *ch, struct task *self, void *elem, uintptr_t pc,
                             size_t index, const struct waiter *sender) {
    if (sender != NULL) {
        rdl__emit_access(sender->task->det, sender->elem, ch->elem_size, EV_READ, sender->pc);
    }
    if (ch->timer != NULL) {
        rdl__emit_acquire(self->det, &ch->timer_key);
    } else {
        emit_slot(ch, self, index);
    }
    rdl__emit_access(self->det, elem, ch->elem_size, EV_WRITE, pc);
    if (sender != NULL) {
        emit_slot(ch, sender->task, index);
    }
}

RARE void rdl__chan_emit_take(rdl_chan *ch, struct task *self, void *elem, uintptr_t pc,
                              const struct waiter *sender) {
    rdl__emit_access(sender->task->det, sender->elem, ch->elem_size, EV_READ, sender->pc);
    rdl__emit_meet(sender->task->det, self->det);
    rdl__emit_access(self->det, elem, ch->elem_size, EV_WRITE, pc);
}

RARE struct task *rdl__chan_enter_slow(void) {
    struct task *self = rdl__task_self();
    rdl__sched_check(self);
    return self;
}

RARE void rdl__chan_touch_slow(rdl_chan *ch, struct task *self, bool is_send, uintptr_t pc) {
    if (ch->magic != CHAN_LIVE) {
        rdl__crash_misuse(TEXT_FREED_CHAN, pc);
    }
    rdl__emit_sync_access(self->det, is_send ? &ch->send_cell : &ch->receive_cell,
                          sizeof ch->send_cell, EV_READ, pc);
}

void rdl__chan_look(rdl_chan *ch, struct task *self, uintptr_t pc) {
    if (ch->magic != CHAN_LIVE) {
        rdl__crash_misuse(TEXT_FREED_CHAN, pc);
    }
    rdl__emit_sync_access(self->det, &ch->look_cell, sizeof ch->look_cell, EV_READ, pc);
}

_Static_assert(offsetof(struct rdl_chan, send_cell) % 8 == 0 &&
                   offsetof(struct rdl_chan, receive_cell) ==
                       offsetof(struct rdl_chan, send_cell) + 8 &&
                   offsetof(struct rdl_chan, look_cell) ==
                       offsetof(struct rdl_chan, send_cell) + 16,
               "all are freed as one");

RARE void rdl__chan_bad_source(const rdl_chan *ch, uintptr_t pc) {
    if (ch->owner == CHAN_OF_USER) {
        rdl__panic_text(TEXT_NULL_ELEM, pc);
    }
    rdl__panic_text(ch->owner == CHAN_OF_CTX ? TEXT_DONE_CHAN_SEND : TEXT_TIMER_CHAN_SEND, pc);
}

/* -- queues -- */

static struct waitq *queue_of(rdl_chan *ch, const struct waiter *w) {
    return w->is_send ? &ch->sendq : &ch->recvq;
}

void rdl__chan_enqueue(rdl_chan *ch, struct waiter *w) {
    struct waitq *q = queue_of(ch, w);
    w->chan = ch;
    w->next = NULL;
    w->prev = q->last;
    if (q->last != NULL) {
        q->last->next = w;
    } else {
        rdl__chan_set_first(q, w);
    }
    q->last = w;
    if (ch->timer != NULL) {
        rdl__timer_chan_waits(ch->timer, 1);
    }
}

static void unlink_waiter(struct waitq *q, struct waiter *w) {
    if (w->prev != NULL) {
        w->prev->next = w->next;
    } else {
        rdl__chan_set_first(q, w->next);
    }
    if (w->next != NULL) {
        w->next->prev = w->prev;
    } else {
        q->last = w->prev;
    }
}

void rdl__chan_dequeue(rdl_chan *ch, struct waiter *w) {
    unlink_waiter(queue_of(ch, w), w);
    if (ch->timer != NULL) {
        rdl__timer_chan_waits(ch->timer, (uint32_t)-1);
    }
}

bool rdl__chan_claim(struct task *t, struct waiter *w) {
    uint32_t open = CLAIM_OPEN;
    if (!atomic_compare_exchange_strong_explicit(&t->claim, &open, CLAIM_TAKEN,
                                                 memory_order_acq_rel, memory_order_relaxed)) {
        return false;
    }
    t->woken_by = w;
    return true;
}

/* Takes out a waiter whose select was won elsewhere. Its task may be awake and about to look for
 * the channel: from here on it finds NULL, and the waiter's memory is its own. */
static void drop_lost(rdl_chan *ch, struct waiter *w) {
    struct task *t = w->task;
    rdl__chan_dequeue(ch, w);
    rdl__lock_acquire(&t->link_lock, RANK_LINK);
    w->chan = NULL;
    rdl__lock_release(&t->link_lock);
}

__attribute__((noinline)) struct waiter *rdl__chan_take_slow(rdl_chan *ch, struct waitq *q) {
    for (;;) {
        struct waiter *w = rdl__chan_first(q);
        if (w == NULL) {
            return NULL;
        }
        if (!w->in_select || rdl__chan_claim(w->task, w)) {
            rdl__chan_dequeue(ch, w);
            w->chan = NULL;
            return w;
        }
        drop_lost(ch, w);
    }
}

static bool is_lost(const struct waiter *w) {
    return w->in_select &&
           atomic_load_explicit(&w->task->claim, memory_order_acquire) != CLAIM_OPEN;
}

static bool anybody_waits(rdl_chan *ch, struct waitq *q) {
    struct waiter *w = rdl__chan_first(q);
    while (w != NULL && is_lost(w)) {
        drop_lost(ch, w);
        w = rdl__chan_first(q);
    }
    return w != NULL;
}

bool rdl__chan_has_waiters(rdl_chan *ch) {
    bool receivers = anybody_waits(ch, &ch->recvq);
    return anybody_waits(ch, &ch->sendq) || receivers;
}

static bool has_live(const struct waitq *q) {
    const struct waiter *w = rdl__chan_first(q);
    while (w != NULL && is_lost(w)) {
        w = w->next;
    }
    return w != NULL;
}

bool rdl__chan_is_lawful(const rdl_chan *ch) {
    size_t count = rdl__chan_count(ch);
    bool ring = ch->capacity == 0 || ch->send_index < ch->capacity;
    bool receivers = count == 0 || !has_live(&ch->recvq);
    bool senders = count == ch->capacity || !has_live(&ch->sendq);
    bool closed = !rdl__chan_is_closed(ch) ||
                  (rdl__chan_first(&ch->recvq) == NULL && rdl__chan_first(&ch->sendq) == NULL);
    return count <= ch->capacity && (ch->timer != NULL || (ring && senders)) && receivers && closed;
}

struct waiter *rdl__chan_take_receiver(rdl_chan *ch) {
    return rdl__chan_take(ch, &ch->recvq);
}

bool rdl__chan_can_send(rdl_chan *ch) {
    return rdl__chan_is_closed(ch) || rdl__chan_count(ch) < ch->capacity ||
           anybody_waits(ch, &ch->recvq);
}

bool rdl__chan_can_recv(rdl_chan *ch) {
    if (ch->timer != NULL) {
        rdl__timer_chan_notice(ch->timer);
    }
    return rdl__chan_count(ch) != 0 || rdl__chan_is_closed(ch) || anybody_waits(ch, &ch->sendq);
}

void rdl__chan_give_zero(rdl_chan *ch, struct task *t, void *elem, uintptr_t pc) {
    rdl__emit_acquire(t->det, &ch->close_key);
    rdl__emit_access(t->det, elem, ch->elem_size, EV_WRITE, pc);
    if (elem != NULL) {
        rdl__mem_zero(elem, ch->elem_size);
    }
}

/* -- close -- */

void rdl__chan_close_quietly(rdl_chan *ch, struct task *self, uintptr_t pc, struct task ***end) {
    rdl__lock_acquire(&ch->lock, RANK_CHAN);
    if (rdl__chan_is_closed(ch)) {
        rdl__lock_release(&ch->lock);
        rdl__panic_text(TEXT_CLOSE_CLOSED, pc);
    }
    rdl__emit_sync_access(self->det, &ch->send_cell, sizeof ch->send_cell, EV_WRITE, pc);
    rdl__emit_release(self->det, &ch->close_key);
    atomic_store_explicit(&ch->closed, true, memory_order_release); /* before its waiters go */
    struct waiter *w;
    while ((w = rdl__chan_take(ch, &ch->recvq)) != NULL) {
        rdl__chan_give_zero(ch, w->task, w->elem, w->pc);
        w->ok = false;
        **end = w->task;
        *end = &w->task->next;
    }
    while ((w = rdl__chan_take(ch, &ch->sendq)) != NULL) {
        w->ok = false; /* it panics; no edge from this close [HB-CH-12] */
        **end = w->task;
        *end = &w->task->next;
    }
    **end = NULL;
    DCHECK(rdl__chan_is_lawful(ch));
    rdl__lock_release(&ch->lock);
}

void rdl__chan_close(rdl_chan *ch, struct task *self, uintptr_t pc) {
    struct task *woken = NULL;
    struct task **end = &woken;
    if (ch == NULL) {
        rdl__panic_text(TEXT_CLOSE_NIL, pc);
    }
    rdl__chan_touch(ch, self, false, pc);
    if (ch->owner != CHAN_OF_USER) {
        rdl__panic_text(ch->owner == CHAN_OF_CTX ? TEXT_DONE_CHAN_CLOSE : TEXT_TIMER_CHAN_CLOSE,
                        pc);
    }
    rdl__chan_close_quietly(ch, self, pc, &end);
    rdl__sched_ready_all(woken, true);
}
