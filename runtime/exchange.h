/* exchange.h - the one mechanism of send, receive and select, as it is inlined into each.
 *
 * Model  chan.h. These are the common halves: a channel of the user's, a partner that waits in a
 *        plain operation, a buffer. What is rare (partners in a select, timers, close, everything a
 *        detector is told) is a call into chan.c.
 * Cost   a buffered send is one lock and 12 memory accesses; tests/bench/runtime.py chan_buf128.
 */
#ifndef RDL__EXCHANGE_H
#define RDL__EXCHANGE_H

#include "runtime/chan.h"
#include "runtime/mem.h"
#include "runtime/sched.h"

#define RDL__ALWAYS_INLINE static inline __attribute__((always_inline))

/* -- calls into chan.c -- */

/* Fatal when ch was freed; tells the detector that an operation begins [RP-01, RP-06]. */
void rdl__chan_touch_slow(rdl_chan *ch, struct task *self, bool is_send, uintptr_t pc);

/* As that, of a call that neither sends nor receives: who makes it was at no side of the channel. */
void rdl__chan_look(rdl_chan *ch, struct task *self, uintptr_t pc);

/* Panics: elem is NULL, or ch belongs to a timer or a context. */
void rdl__chan_bad_source(const rdl_chan *ch, uintptr_t pc);

/* As rdl__chan_take, where q begins with the waiter of a select, or ch has a timer. */
struct waiter *rdl__chan_take_slow(rdl_chan *ch, struct waitq *q);

/* What the detector is told of each way an element may go, before it goes there. */
void rdl__chan_emit_hand(rdl_chan *ch, struct task *self, const void *elem, uintptr_t pc,
                         const struct waiter *receiver);
void rdl__chan_emit_put(rdl_chan *ch, struct task *self, const void *elem, uintptr_t pc);
void rdl__chan_emit_get(rdl_chan *ch, struct task *self, void *elem, uintptr_t pc, size_t index,
                        const struct waiter *sender);
void rdl__chan_emit_take(rdl_chan *ch, struct task *self, void *elem, uintptr_t pc,
                         const struct waiter *sender);

/* A receiver learns that the channel is closed [HB-CH-03]. */
void rdl__chan_give_zero(rdl_chan *ch, struct task *t, void *elem, uintptr_t pc);

/* A thread's first call, or one too many in a row. */
struct task *rdl__chan_enter_slow(void);

/* -- before the lock -- */

/* The calling task, in calls that may be repeated without parking. As rdl__sched_tick: who calls
 * this does nothing with the thread after a call that may park. */
static inline struct task *rdl__chan_enter(void) {
    return __builtin_expect(rdl__sched_tick(), 1) ? rdl__this_thread.task : rdl__chan_enter_slow();
}

static inline void rdl__chan_touch(rdl_chan *ch, struct task *self, bool is_send, uintptr_t pc) {
    if (__builtin_expect(ch->magic != CHAN_LIVE || rdl__emit_on(), 0)) {
        rdl__chan_touch_slow(ch, self, is_send, pc);
    }
}

static inline void rdl__chan_check_source(const rdl_chan *ch, const void *elem, uintptr_t pc) {
    if (__builtin_expect((elem == NULL && ch->elem_size != 0) || ch->owner != CHAN_OF_USER, 0)) {
        rdl__chan_bad_source(ch, pc);
    }
}

/* -- peeks: no lock held --
 *
 * False: there was an instant during this call at which the operation could not proceed, which is
 * all that a non-blocking one needs to fail [CH-25]. The order of the loads is the proof:
 *
 *   no value, no partner   seen at t1
 *   not closed             seen at t2 > t1; a closed channel stays closed, so it was open at t1
 *
 * The other order would not do: open at t1, closed with all its receivers woken before t2, no
 * receiver at t2; a send could have proceeded until the close, and had to panic after it. A buffer
 * with room, or a value in it, has no waiter on that side [CH-10], so for buffered channels t1 is
 * the load of count. True says nothing: ask again with the lock. Timers' channels: see can_peek. */

/* Loads of what others write under the lock. */
static inline size_t rdl__chan_count(const rdl_chan *ch) {
    return atomic_load_explicit(&ch->count, memory_order_acquire); /* set_count */
}

static inline bool rdl__chan_is_closed(const rdl_chan *ch) {
    return atomic_load_explicit(&ch->closed, memory_order_acquire); /* rdl__chan_close_quietly */
}

static inline struct waiter *rdl__chan_first(const struct waitq *q) {
    return atomic_load_explicit(&q->first, memory_order_acquire); /* rdl__chan_set_first */
}

static inline bool rdl__chan_seems_receivable(const rdl_chan *ch) {
    return rdl__chan_count(ch) != 0 || rdl__chan_first(&ch->sendq) != NULL ||
           rdl__chan_is_closed(ch);
}

static inline bool rdl__chan_seems_sendable(const rdl_chan *ch) {
    return rdl__chan_count(ch) < ch->capacity || rdl__chan_first(&ch->recvq) != NULL ||
           rdl__chan_is_closed(ch);
}

/* A timer's channel gets its value from whoever looks, with the lock held [TM-08]. */
static inline bool rdl__chan_can_peek(const rdl_chan *ch) {
    return ch->timer == NULL;
}

/* -- stores, lock held: what a peek sees of one operation, it sees in this order -- */

static inline void rdl__chan_set_count(rdl_chan *ch, size_t count) {
    atomic_store_explicit(&ch->count, count, memory_order_release);
}

static inline void rdl__chan_set_first(struct waitq *q, struct waiter *w) {
    atomic_store_explicit(&q->first, w, memory_order_release);
}

/* -- the exchange: lock held -- */

/* The first waiter that is still to be served: it is out of the queue, and ours. */
RDL__ALWAYS_INLINE struct waiter *rdl__chan_take(rdl_chan *ch, struct waitq *q) {
    struct waiter *w = rdl__chan_first(q);
    if (w == NULL) {
        return NULL;
    }
    if (__builtin_expect(w->in_select || ch->timer != NULL, 0)) {
        return rdl__chan_take_slow(ch, q);
    }
    if (w->next != NULL) {
        w->next->prev = NULL;
    } else {
        q->last = NULL;
    }
    rdl__chan_set_first(q, w->next);
    return w;
}

static inline void *rdl__chan_slot(const rdl_chan *ch, size_t index) {
    return ch->buffer + index * ch->elem_size;
}

static inline void rdl__chan_advance(rdl_chan *ch) {
    size_t next = ch->send_index + 1;
    ch->send_index = next == ch->capacity ? 0 : next;
}

/* The slot of the next receive. */
static inline size_t rdl__chan_recv_index(const rdl_chan *ch, size_t count) {
    size_t index = ch->send_index - count;
    return ch->send_index < count ? index + ch->capacity : index;
}

/* Buffered channels count a direct hand-over as a pass through the buffer [HB-CH-05]: otherwise the
 * pairing of the k-th receive with the (k + capacity)-th send would slip. */
RDL__ALWAYS_INLINE void rdl__chan_hand(rdl_chan *ch, struct task *self, const void *elem,
                                       uintptr_t pc, struct waiter *receiver) {
    if (rdl__emit_on()) {
        rdl__chan_emit_hand(ch, self, elem, pc, receiver);
    }
    if (ch->capacity != 0) {
        rdl__chan_advance(ch);
    }
    if (receiver->elem != NULL) {
        rdl__mem_copy(receiver->elem, elem, ch->elem_size);
    }
    receiver->ok = true;
}

/* The operation, as far as it goes without parking. *wake: a task to ready after the lock is
 * released, or NULL [CH-07]. */
RDL__ALWAYS_INLINE enum outcome rdl__chan_send_locked(rdl_chan *ch, struct task *self,
                                                      const void *elem, uintptr_t pc,
                                                      struct task **wake) {
    *wake = NULL;
    if (__builtin_expect(rdl__chan_is_closed(ch), 0)) {
        return OP_CLOSED;
    }
    struct waiter *receiver = rdl__chan_take(ch, &ch->recvq);
    if (receiver != NULL) {
        rdl__chan_hand(ch, self, elem, pc, receiver);
        *wake = receiver->task;
        return OP_DONE;
    }
    size_t count = rdl__chan_count(ch);
    if (count == ch->capacity) {
        return OP_BLOCKED;
    }
    if (rdl__emit_on()) {
        rdl__chan_emit_put(ch, self, elem, pc);
    }
    rdl__mem_copy(rdl__chan_slot(ch, ch->send_index), elem, ch->elem_size);
    rdl__chan_advance(ch);
    rdl__chan_set_count(ch, count + 1);
    return OP_DONE;
}

/* The head of the buffer goes to self; a parked sender's element takes the slot that this frees,
 * the same one: the buffer was full. */
RDL__ALWAYS_INLINE void rdl__chan_get(rdl_chan *ch, struct task *self, void *elem, uintptr_t pc,
                                      size_t count, struct waiter *sender) {
    size_t index = rdl__chan_recv_index(ch, count);
    void *slot = rdl__chan_slot(ch, index);
    if (rdl__emit_on()) {
        rdl__chan_emit_get(ch, self, elem, pc, index, sender);
    }
    if (elem != NULL) {
        rdl__mem_copy(elem, slot, ch->elem_size);
    }
    if (sender == NULL) {
        rdl__chan_set_count(ch, count - 1);
        return;
    }
    rdl__mem_copy(slot, sender->elem, ch->elem_size);
    rdl__chan_advance(ch);
    sender->ok = true;
}

/* [CH-08] */
RDL__ALWAYS_INLINE enum outcome rdl__chan_recv_locked(rdl_chan *ch, struct task *self, void *elem,
                                                      uintptr_t pc, struct task **wake) {
    *wake = NULL;
    if (__builtin_expect(ch->timer != NULL, 0)) {
        rdl__timer_chan_notice(ch->timer);
    }
    size_t count = rdl__chan_count(ch);
    struct waiter *sender = rdl__chan_take(ch, &ch->sendq);
    if (sender != NULL) {
        *wake = sender->task;
    }
    if (count != 0) {
        rdl__chan_get(ch, self, elem, pc, count, sender);
        return OP_DONE;
    }
    if (sender == NULL) {
        if (__builtin_expect(rdl__chan_is_closed(ch), 0)) {
            rdl__chan_give_zero(ch, self, elem, pc);
            return OP_CLOSED;
        }
        return OP_BLOCKED;
    }
    if (rdl__emit_on()) {
        rdl__chan_emit_take(ch, self, elem, pc, sender);
    }
    if (elem != NULL) {
        rdl__mem_copy(elem, sender->elem, ch->elem_size);
    }
    sender->ok = true;
    return OP_DONE;
}

#endif
