/* chan.h - channels: the structure, its laws, and the one mechanism that send, receive and select
 * share.
 *
 * Model   an operation is (task, channel, element, direction). Under the channel's lock it meets a
 *         parked partner, or the buffer, or it leaves a waiter in the channel's queue and parks.
 *         Whoever comes later completes it on the waiter's behalf: copies the element, tells the
 *         detector, readies the task. A woken operation is over; it never looks at the channel.
 * Laws    [CH-10] recvq or sendq is empty, but for the waiters of one select;
 *         count > 0 implies recvq is empty; count < capacity implies sendq is empty (both up to
 *         waiters of selects that have been won elsewhere).
 *         The next receive takes slot (send_index - count) mod capacity.
 * Lock    ch->lock guards all of it. Several are taken in address order (select.c). While one is
 *         held nobody parks, runs user code or allocates [CH-29].
 * Peeks   closed, count and the queues' heads are also read without the lock, by those that would
 *         only find out that nothing is to be had (rdl__chan_seems_receivable).
 */
#ifndef RDL__CHAN_H
#define RDL__CHAN_H

#include "runtime/rt.h"
#include "runtime/timer.h"

/* One pending operation. Lies in the frame of the parked call.
 * Law  it is in a queue exactly while chan != NULL; of a select's waiter, chan is written under
 *      the task's link_lock, unless the waiter was claimed (then its task sleeps). */
struct waiter {
    struct waiter *next, *prev;
    struct task *task;
    void *elem; /* sender: source, unchanged until done; receiver: destination or NULL */
    rdl_chan *chan;
    uintptr_t pc;
    uint32_t index; /* of the case in its select */
    bool in_select;
    bool is_send;
    bool ok; /* a value was moved; else the channel was closed */
};

/* The first is also read without the lock, to see whether there is any. */
struct waitq {
    _Atomic(struct waiter *) first;
    struct waiter *last;
};

/* Of whom it is: only he sends, closes and frees. */
enum chan_owner { CHAN_OF_USER, CHAN_OF_TIMER, CHAN_OF_CTX };

enum chan_magic { CHAN_LIVE = 0x6c64726d, CHAN_FREED = 0x64656164 };

/* What operations write comes first and fills one cache line; most of the rest never changes. */
struct rdl_chan {
    rdl__lock lock;
    _Atomic bool closed; /* once true, true for ever */
    uint8_t owner;       /* enum chan_owner */
    uint8_t keys_shared; /* one key stands for all slots: too many for one each [HB-CH-13] */
    bool ends_by_time;   /* a context's with a deadline, which will close it */
    _Atomic size_t count;
    size_t capacity;
    size_t send_index; /* the k-th send, and k-th receive, use slot (k - 1) mod capacity */
    struct waitq recvq, sendq;

    uint32_t magic;
    size_t elem_size;
    unsigned char *buffer;
    rdl_timer *timer;    /* whose channel it is, else NULL */
    unsigned char *keys; /* key of slot i: keys + i * key_step */
    size_t key_step;
    size_t bytes; /* of the whole block */
    /* Bytes that only the detector's events name: locations and keys [HB-CH-04]. Sends read one cell,
     * which close writes [RP-01], other operations another, so that one sender and one receiver meet
     * nobody there; len and cap, which are at no side, a third; free writes all [RP-06]. */
    uint64_t send_cell; /* a granule of shadow each */
    uint64_t receive_cell;
    uint64_t look_cell;
    uint8_t close_key, timer_key;
};

_Static_assert(offsetof(struct rdl_chan, magic) == CACHE_LINE, "what operations write is a line");
_Static_assert(offsetof(struct rdl_chan, send_cell) == EV_CHAN_SENDS &&
                   offsetof(struct rdl_chan, receive_cell) == EV_CHAN_OTHERS,
               "a detector finds there who was at the channel last");

enum outcome { OP_BLOCKED, OP_DONE, OP_CLOSED };

/* Whether it would go through at this instant. Lock held. */
bool rdl__chan_can_send(rdl_chan *ch);
bool rdl__chan_can_recv(rdl_chan *ch);

/* Holds true while time will end a receive from ch (struct ev_wait); NULL: nothing does. */
static inline const bool *rdl__chan_by_time(const rdl_chan *ch) {
    if (!rdl__emit_on()) {
        return NULL;
    }
    if (ch->ends_by_time) {
        return &ch->ends_by_time;
    }
    return ch->timer != NULL ? &ch->timer->pending : NULL;
}

/* Whether a task is parked here that nobody has woken yet. Lock held. */
bool rdl__chan_has_waiters(rdl_chan *ch);

/* Whether the laws above hold. Lock held. */
bool rdl__chan_is_lawful(const rdl_chan *ch);

/* Puts w at the end of its queue, or takes it out. Lock held. */
void rdl__chan_enqueue(rdl_chan *ch, struct waiter *w);
void rdl__chan_dequeue(rdl_chan *ch, struct waiter *w);

/* Decides, once, that the select of t is over, by w (NULL: its time-out). */
bool rdl__chan_claim(struct task *t, struct waiter *w);

void rdl__chan_close(rdl_chan *ch, struct task *self, uintptr_t pc);

/* The same, but the tasks it wakes go to *end, a list linked by `next`: the caller readies them. */
void rdl__chan_close_quietly(rdl_chan *ch, struct task *self, uintptr_t pc, struct task ***end);

/* As rdl_chan_make and rdl_send, for callers that know the user's pc. */
rdl_chan *rdl__chan_make(size_t elem_size, size_t capacity, uintptr_t pc);
void rdl__chan_send(rdl_chan *ch, const void *elem, uintptr_t pc);

/* A channel with a timer, all zero, in its block. */
rdl_chan *rdl__chan_make_timer(struct task *self, uintptr_t pc);

/* The done channel of a context: no use of it races with its end, which references count. */
rdl_chan *rdl__chan_make_done(struct task *self, uintptr_t pc);

/* The end of ch, whoever owns it; fatal while a task is parked on it. */
void rdl__chan_destroy(rdl_chan *ch, struct task *self, uintptr_t pc);

/* The first receiver that is still to be served, out of the queue, or NULL. Lock held. */
struct waiter *rdl__chan_take_receiver(rdl_chan *ch);

/* A waiter's task has just parked on ch. Lock held. */
static inline void rdl__chan_parked(rdl_chan *ch) {
    if (__builtin_expect(ch->timer != NULL, 0)) {
        rdl__timer_chan_parked(ch->timer);
    }
}

#endif
