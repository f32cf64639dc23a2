/* chan.c - how two tasks and a buffer exchange an element under the channel's lock. */
#include "runtime/chan.h"

#include "runtime/check.h"
#include "runtime/crash.h"
#include "runtime/mem.h"
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/text.h"

/* -- what the detector is told; nothing of this runs in a normal run -- */

/* Slot i in the exact order of HB-CH-04: what is deposited does not contain what is acquired. */
static void emit_slot(rdl_chan *ch, struct task *t, size_t index) {
    const unsigned char *key = ch->keys + index * ch->key_step;
    if (!rdl__emit_on()) {
        return;
    }
    if (ch->keys_shared) {
        rdl__emit_acquire(t->det, key);
        rdl__emit_release_merge(t->det, key);
    } else {
        rdl__emit_release_acquire(t->det, key);
    }
}

/* Both clocks become their join [HB-CH-04 MEET]. */
static void emit_meet(rdl_chan *ch, struct task *sender, struct task *receiver) {
    rdl__emit_release(sender->det, &ch->meet_key);
    rdl__emit_acquire(receiver->det, &ch->meet_key);
    rdl__emit_release(receiver->det, &ch->meet_key);
    rdl__emit_acquire(sender->det, &ch->meet_key);
}

void rdl__chan_touch(rdl_chan *ch, struct task *self, bool is_send, uintptr_t pc) {
    if (__builtin_expect(ch->magic != CHAN_LIVE, 0)) {
        rdl__crash_misuse(TEXT_FREED_CHAN, pc);
    }
    if (is_send) {
        rdl__emit_sync_access(self->det, &ch->close_cell, 2, EV_READ, pc); /* and free_cell */
    } else {
        rdl__emit_sync_access(self->det, &ch->free_cell, 1, EV_READ, pc);
    }
}

_Static_assert(offsetof(struct rdl_chan, free_cell) == offsetof(struct rdl_chan, close_cell) + 1,
               "a send reads both cells at once");

void rdl__chan_check_source(const rdl_chan *ch, const void *elem, uintptr_t pc) {
    if (elem == NULL && ch->elem_size != 0) {
        rdl__panic_text(TEXT_NULL_ELEM, pc);
    }
    if (ch->owner != CHAN_OF_USER) {
        rdl__panic_text(ch->owner == CHAN_OF_CTX ? TEXT_DONE_CHAN_SEND : TEXT_TIMER_CHAN_SEND, pc);
    }
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
        q->first = w;
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
        q->first = w->next;
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

/* The first waiter that is still to be served: it is out of the queue, and ours. */
static struct waiter *take(rdl_chan *ch, struct waitq *q) {
    for (;;) {
        struct waiter *w = q->first;
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
    while (q->first != NULL && is_lost(q->first)) {
        drop_lost(ch, q->first);
    }
    return q->first != NULL;
}

bool rdl__chan_has_waiters(rdl_chan *ch) {
    bool receivers = anybody_waits(ch, &ch->recvq);
    return anybody_waits(ch, &ch->sendq) || receivers;
}

static bool has_live(const struct waitq *q) {
    const struct waiter *w = q->first;
    while (w != NULL && is_lost(w)) {
        w = w->next;
    }
    return w != NULL;
}

bool rdl__chan_is_lawful(const rdl_chan *ch) {
    bool ring = ch->capacity == 0 || (ch->recv_index + ch->count) % ch->capacity == ch->send_index;
    bool receivers = ch->count == 0 || !has_live(&ch->recvq);
    bool senders = ch->count == ch->capacity || !has_live(&ch->sendq);
    bool closed = !ch->closed || (ch->recvq.first == NULL && ch->sendq.first == NULL);
    return ch->count <= ch->capacity && (ch->timer != NULL || (ring && senders)) && receivers &&
           closed;
}

/* -- the exchange -- */

static void move(rdl_chan *ch, void *to, const void *from) {
    if (to != NULL && ch->elem_size != 0) {
        rdl__mem_copy(to, from, ch->elem_size);
    }
}

static unsigned char *slot(rdl_chan *ch, size_t index) {
    return ch->buffer + index * ch->elem_size;
}

static size_t after(const rdl_chan *ch, size_t index) {
    return index + 1 == ch->capacity ? 0 : index + 1;
}

/* Buffered channels count a direct hand-over as a pass through the buffer [HB-CH-05]: otherwise the
 * pairing of the k-th receive with the (k + capacity)-th send would slip. */
static void hand_to_receiver(rdl_chan *ch, struct task *self, const void *elem, uintptr_t pc,
                             struct waiter *receiver) {
    rdl__emit_access(self->det, elem, ch->elem_size, EV_READ, pc);
    if (ch->capacity == 0) {
        emit_meet(ch, self, receiver->task);
    } else {
        emit_slot(ch, self, ch->send_index);
        emit_slot(ch, receiver->task, ch->send_index);
        ch->send_index = ch->recv_index = after(ch, ch->send_index);
    }
    rdl__emit_access(receiver->task->det, receiver->elem, ch->elem_size, EV_WRITE, receiver->pc);
    move(ch, receiver->elem, elem);
    receiver->ok = true;
}

enum outcome rdl__chan_send_locked(rdl_chan *ch, struct task *self, const void *elem, uintptr_t pc,
                                   struct task **wake) {
    *wake = NULL;
    if (ch->closed) {
        return OP_CLOSED;
    }
    struct waiter *receiver = take(ch, &ch->recvq);
    if (receiver != NULL) {
        hand_to_receiver(ch, self, elem, pc, receiver);
        *wake = receiver->task;
        return OP_DONE;
    }
    if (ch->count == ch->capacity) {
        return OP_BLOCKED;
    }
    rdl__emit_access(self->det, elem, ch->elem_size, EV_READ, pc);
    emit_slot(ch, self, ch->send_index);
    move(ch, slot(ch, ch->send_index), elem);
    ch->send_index = after(ch, ch->send_index);
    ch->count++;
    return OP_DONE;
}

static void take_from_sender(rdl_chan *ch, struct task *self, void *elem, uintptr_t pc,
                             struct waiter *sender) {
    rdl__emit_access(sender->task->det, sender->elem, ch->elem_size, EV_READ, sender->pc);
    emit_meet(ch, sender->task, self);
    rdl__emit_access(self->det, elem, ch->elem_size, EV_WRITE, pc);
    move(ch, elem, sender->elem);
    sender->ok = true;
}

/* The head of the buffer goes to self; a parked sender's element takes the slot that this frees,
 * the same one: the buffer was full. */
static void take_from_buffer(rdl_chan *ch, struct task *self, void *elem, uintptr_t pc,
                             struct waiter *sender) {
    size_t index = ch->recv_index;
    if (sender != NULL) {
        rdl__emit_access(sender->task->det, sender->elem, ch->elem_size, EV_READ, sender->pc);
    }
    if (ch->timer != NULL) {
        rdl__emit_acquire(self->det, &ch->timer_key);
    } else {
        emit_slot(ch, self, index);
    }
    rdl__emit_access(self->det, elem, ch->elem_size, EV_WRITE, pc);
    move(ch, elem, slot(ch, index));
    ch->recv_index = after(ch, index);
    if (sender == NULL) {
        ch->count--;
        return;
    }
    emit_slot(ch, sender->task, index);
    move(ch, slot(ch, index), sender->elem);
    ch->send_index = ch->recv_index;
    sender->ok = true;
}

/* A receiver learns that the channel is closed [HB-CH-03]. */
static void give_zero(rdl_chan *ch, struct task *t, void *elem, uintptr_t pc) {
    rdl__emit_acquire(t->det, &ch->close_key);
    rdl__emit_access(t->det, elem, ch->elem_size, EV_WRITE, pc);
    if (elem != NULL) {
        rdl__arch_zero(elem, ch->elem_size);
    }
}

static void notice_timer(rdl_chan *ch) {
    if (ch->timer != NULL) {
        rdl__timer_chan_notice(ch->timer);
    }
}

struct waiter *rdl__chan_take_receiver(rdl_chan *ch) {
    return take(ch, &ch->recvq);
}

enum outcome rdl__chan_recv_locked(rdl_chan *ch, struct task *self, void *elem, uintptr_t pc,
                                   struct task **wake) {
    *wake = NULL;
    notice_timer(ch);
    if (ch->closed && ch->count == 0) {
        give_zero(ch, self, elem, pc);
        return OP_CLOSED;
    }
    struct waiter *sender = take(ch, &ch->sendq);
    if (sender != NULL) {
        *wake = sender->task;
    }
    if (ch->count > 0) {
        take_from_buffer(ch, self, elem, pc, sender);
        return OP_DONE;
    }
    if (sender == NULL) {
        return OP_BLOCKED;
    }
    take_from_sender(ch, self, elem, pc, sender);
    return OP_DONE;
}

bool rdl__chan_can_send(rdl_chan *ch) {
    return ch->closed || ch->count < ch->capacity || anybody_waits(ch, &ch->recvq);
}

bool rdl__chan_can_recv(rdl_chan *ch) {
    notice_timer(ch);
    return ch->count > 0 || ch->closed || anybody_waits(ch, &ch->sendq);
}

/* -- close -- */

void rdl__chan_close_quietly(rdl_chan *ch, struct task *self, uintptr_t pc, struct task ***end) {
    rdl__lock_acquire(&ch->lock, RANK_CHAN);
    if (ch->closed) {
        rdl__lock_release(&ch->lock);
        rdl__panic_text(TEXT_CLOSE_CLOSED, pc);
    }
    rdl__emit_sync_access(self->det, &ch->close_cell, 1, EV_WRITE, pc);
    rdl__emit_release(self->det, &ch->close_key);
    ch->closed = true;
    for (struct waiter *w = take(ch, &ch->recvq); w != NULL; w = take(ch, &ch->recvq)) {
        give_zero(ch, w->task, w->elem, w->pc);
        w->ok = false;
        **end = w->task;
        *end = &w->task->next;
    }
    for (struct waiter *w = take(ch, &ch->sendq); w != NULL; w = take(ch, &ch->sendq)) {
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
