/* chan_api.c - the channel calls of raddle.h.
 *
 * Each is a function of its own, never inlined into another: its return address is the place in the
 * user's code that reports name.
 */
#include "runtime/exchange.h"

#include "runtime/check.h"
#include "runtime/crash.h"
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/signal.h"
#include "runtime/text.h"

#define RARE          __attribute__((noinline, cold))
#define CALLER        ((uintptr_t)__builtin_return_address(0))
#define SLOT_KEYS_MAX ((size_t)65536) /* beyond, elements without bytes share one key */
#define ADDRESS_BITS  47              /* a buffer beyond fits into no process [CH-01] */

/* -- making -- */

static rdl_chan *make(struct task *self, size_t elem_size, size_t capacity, size_t extra,
                      uintptr_t pc) {
    size_t buffer, bytes;
    size_t keys = rdl__emit_on() && elem_size == 0 ? (capacity <= SLOT_KEYS_MAX ? capacity : 1) : 0;
    if (elem_size >> ADDRESS_BITS != 0 || __builtin_mul_overflow(elem_size, capacity, &buffer) ||
        buffer >> ADDRESS_BITS != 0) {
        rdl__panic_text(TEXT_CHAN_SIZE, pc);
    }
    bytes = sizeof(rdl_chan) + extra + buffer + keys;
    rdl_chan *ch = rdl__mem_new(self, bytes, pc);
    rdl__arch_zero(ch, sizeof(*ch) + extra);
    ch->magic = CHAN_LIVE;
    ch->elem_size = elem_size;
    ch->capacity = capacity;
    ch->buffer = (unsigned char *)(ch + 1) + extra;
    ch->keys = ch->buffer;
    ch->key_step = elem_size != 0 ? elem_size : (keys > 1 ? 1 : 0);
    ch->keys_shared = elem_size == 0 && capacity > SLOT_KEYS_MAX;
    ch->bytes = bytes;
    EMIT(object_new(self->det, EV_OBJECT_CHAN, (uintptr_t)ch, bytes, pc));
    return ch;
}

rdl_chan *rdl__chan_make(size_t elem_size, size_t capacity, uintptr_t pc) {
    return make(rdl__task_self(), elem_size, capacity, 0, pc);
}

rdl_chan *rdl_chan_make(size_t elem_size, size_t capacity) {
    return rdl__chan_make(elem_size, capacity, CALLER);
}

rdl_chan *rdl__chan_make_timer(struct task *self, uintptr_t pc) {
    rdl_chan *ch = make(self, sizeof(rdl_time), 1, sizeof(rdl_timer), pc);
    ch->timer = (rdl_timer *)(ch + 1);
    ch->owner = CHAN_OF_TIMER;
    return ch;
}

rdl_chan *rdl__chan_make_done(struct task *self, uintptr_t pc) {
    rdl_chan *ch = make(self, 0, 0, 0, pc);
    ch->owner = CHAN_OF_CTX;
    return ch;
}

/* -- freeing -- */

/* Under a detector a freed channel stays a while, poisoned, so that a late use is told [RP-06]. */
static void release_block(struct task *self, rdl_chan *ch) {
    if (!rdl__emit_on()) {
        rdl__mem_free(self, ch);
        return;
    }
    struct rdl__graveyard *graveyard = &rdl__rt.graveyard;
    rdl__lock_acquire(&graveyard->lock, RANK_TASKS);
    rdl_chan **place = &graveyard->chans[graveyard->n++ % GRAVES];
    rdl_chan *oldest = *place;
    *place = ch;
    rdl__lock_release(&graveyard->lock);
    if (oldest != NULL) {
        rdl__events->memory_forget((uintptr_t)oldest, oldest->bytes);
        rdl__mem_free(self, oldest);
    }
}

void rdl__chan_destroy(rdl_chan *ch, struct task *self, uintptr_t pc) {
    rdl__lock_acquire(&ch->lock, RANK_CHAN);
    bool waited = rdl__chan_has_waiters(ch);
    rdl__lock_release(&ch->lock);
    if (waited) {
        rdl__crash_misuse(TEXT_FREE_WAITED, pc);
    }
    if (rdl__signal_is_sent_to(ch)) {
        rdl__crash_misuse(TEXT_FREE_NOTIFIED, pc);
    }
    if (ch->timer != NULL) {
        rdl__timer_chan_end(ch->timer);
        ch->timer->magic = TIMER_FREED;
    }
    if (ch->owner != CHAN_OF_CTX) {
        rdl__emit_sync_access(self->det, &ch->send_cell, 3 * sizeof ch->send_cell,
                              EV_WRITE | EV_FREE, pc);
    }
    EMIT(object_destroy(self->det, (uintptr_t)ch, ch->bytes));
    ch->magic = CHAN_FREED;
    release_block(self, ch);
}

/* The channel of rdl_after is its timer's, and the only handle of both. */
static bool is_borrowed(const rdl_chan *ch) {
    return ch->owner == CHAN_OF_CTX || (ch->timer != NULL && ch->timer->magic != 0);
}

void rdl_chan_free(rdl_chan *ch) {
    struct task *self = rdl__task_self();
    uintptr_t pc = CALLER;
    if (ch == NULL) {
        return;
    }
    rdl__chan_touch(ch, self, false, pc);
    if (is_borrowed(ch)) {
        rdl__panic_text(TEXT_FREE_BORROWED, pc);
    }
    rdl__chan_destroy(ch, self, pc);
}

/* -- send and receive -- */

static void commit_unlock(struct task *t, void *ch) {
    (void)t;
    DCHECK(rdl__chan_is_lawful(ch));
    rdl__chan_parked(ch);
    rdl__lock_release(&((rdl_chan *)ch)->lock);
}

static RARE _Noreturn void block_for_ever(struct task *self, enum ev_wait_kind kind, uintptr_t pc) {
    for (;;) {
        rdl__sched_wait_begin(self, kind, NULL, 0, 0, pc);
        rdl__sched_park(self, NULL, NULL);
    }
}

/* Leaves a waiter in the channel and parks until a partner, or close, has completed it. Lock held. */
static __attribute__((noinline)) bool wait_for_partner(rdl_chan *ch, struct task *self, void *elem,
                                                       bool is_send, uintptr_t pc) {
    struct waiter w = {.task = self, .elem = elem, .pc = pc, .is_send = is_send};
    const void *object = ch;
    rdl__sched_wait_begin_by_time(self, is_send ? EV_WAIT_CHAN_SEND : EV_WAIT_CHAN_RECEIVE, &object,
                                  1, 0, rdl__chan_by_time(ch), pc);
    rdl__chan_enqueue(ch, &w);
    rdl__sched_park(self, commit_unlock, ch);
    return w.ok;
}

static inline void finish(rdl_chan *ch, struct task *wake) {
    DCHECK(rdl__chan_is_lawful(ch));
    rdl__lock_release(&ch->lock);
    if (wake != NULL) {
        rdl__sched_ready(wake);
    }
}

/* False: it would have blocked, and may_block is false. */
static __attribute__((noinline)) bool finish_send(rdl_chan *ch, struct task *self, const void *elem,
                                                  bool may_block, uintptr_t pc) {
    struct task *wake;
    rdl__lock_acquire(&ch->lock, RANK_CHAN);
    enum outcome outcome = rdl__chan_send_locked(ch, self, elem, pc, &wake);
    if (outcome == OP_BLOCKED && may_block) {
        outcome = wait_for_partner(ch, self, (void *)elem, true, pc) ? OP_DONE : OP_CLOSED;
    } else {
        finish(ch, wake);
    }
    if (__builtin_expect(outcome == OP_CLOSED, 0)) {
        rdl__panic_text(TEXT_SEND_CLOSED, pc);
    }
    return outcome == OP_DONE;
}

static inline bool send(rdl_chan *ch, const void *elem, bool may_block, uintptr_t pc) {
    struct task *self = rdl__chan_enter();
    if (__builtin_expect(ch == NULL, 0)) {
        if (!may_block) {
            return false;
        }
        block_for_ever(self, EV_WAIT_CHAN_SEND_NIL, pc);
    }
    rdl__chan_touch(ch, self, true, pc);
    rdl__chan_check_source(ch, elem, pc);
    if (!may_block && !rdl__chan_seems_sendable(ch)) {
        return false;
    }
    return finish_send(ch, self, elem, may_block, pc);
}

static __attribute__((noinline)) enum outcome
finish_recv(rdl_chan *ch, struct task *self, void *elem, bool may_block, uintptr_t pc) {
    struct task *wake;
    rdl__lock_acquire(&ch->lock, RANK_CHAN);
    enum outcome outcome = rdl__chan_recv_locked(ch, self, elem, pc, &wake);
    if (outcome == OP_BLOCKED && may_block) {
        return wait_for_partner(ch, self, elem, false, pc) ? OP_DONE : OP_CLOSED;
    }
    finish(ch, wake);
    return outcome;
}

static inline enum outcome recv(rdl_chan *ch, void *elem, bool may_block, uintptr_t pc) {
    struct task *self = rdl__chan_enter();
    if (__builtin_expect(ch == NULL, 0)) {
        if (!may_block) {
            return OP_BLOCKED;
        }
        block_for_ever(self, EV_WAIT_CHAN_RECEIVE_NIL, pc);
    }
    rdl__chan_touch(ch, self, false, pc);
    if (!may_block && rdl__chan_can_peek(ch) && !rdl__chan_seems_receivable(ch)) {
        return OP_BLOCKED;
    }
    return finish_recv(ch, self, elem, may_block, pc);
}

static inline void check_size(rdl_chan *ch, size_t size, uintptr_t pc) {
    if (ch != NULL && __builtin_expect(ch->elem_size != size, 0)) {
        rdl__panic_format(pc, TEXT_WRONG_SIZE, size, ch->elem_size);
    }
}

void rdl__chan_send(rdl_chan *ch, const void *elem, uintptr_t pc) {
    (void)send(ch, elem, true, pc);
}

void rdl_send(rdl_chan *ch, const void *elem) {
    (void)send(ch, elem, true, CALLER);
}

bool rdl_recv(rdl_chan *ch, void *elem) {
    return recv(ch, elem, true, CALLER) == OP_DONE;
}

bool rdl_try_send(rdl_chan *ch, const void *elem) {
    return send(ch, elem, false, CALLER);
}

bool rdl_try_recv(rdl_chan *ch, void *elem, bool *ok) {
    enum outcome outcome = recv(ch, elem, false, CALLER);
    if (ok != NULL && outcome != OP_BLOCKED) {
        *ok = outcome == OP_DONE;
    }
    return outcome != OP_BLOCKED;
}

void rdl_send_sized(rdl_chan *ch, const void *elem, size_t size) {
    check_size(ch, size, CALLER);
    (void)send(ch, elem, true, CALLER);
}

bool rdl_recv_sized(rdl_chan *ch, void *elem, size_t size) {
    check_size(ch, size, CALLER);
    return recv(ch, elem, true, CALLER) == OP_DONE;
}

void rdl_close(rdl_chan *ch) {
    rdl__chan_close(ch, rdl__task_self(), CALLER);
}

/* -- len and cap: snapshots, no edges [HB-CH-09] -- */

size_t rdl_chan_len(rdl_chan *ch) {
    if (ch == NULL) {
        return 0;
    }
    rdl__chan_look(ch, rdl__task_self(), CALLER);
    rdl__lock_acquire(&ch->lock, RANK_CHAN);
    size_t count = ch->timer != NULL ? 0 : rdl__chan_count(ch);
    rdl__lock_release(&ch->lock);
    return count;
}

size_t rdl_chan_cap(rdl_chan *ch) {
    if (ch == NULL) {
        return 0;
    }
    rdl__chan_look(ch, rdl__task_self(), CALLER);
    return ch->timer != NULL ? 0 : ch->capacity; /* a timer's value counts nowhere [TM-11] */
}
