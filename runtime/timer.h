/* timer.h - what is to happen at a time: one heap under one lock, and the timers of raddle.h.
 *
 * Heap    whatever must wake, or start, a task by itself lies in it: sleeping tasks, selects with a
 *         time-out, functions. A timer with a channel lies in it only while somebody waits on the
 *         channel; who looks at the channel sees for himself what is due (timer_chan.c) [TM-08]. So
 *         a timer that nobody waits for costs no lock, and keeps no deadlock report away [DL-03].
 * Law     the decision that an entry fires is made under the lock, when it leaves the heap. A woken
 *         task may use the memory of its own entry at once; of the other kinds, n_firing says that
 *         a worker still touches the timer.
 * Firing  workers look at the heap while they look for work; when all have something else to do,
 *         one that sleeps wakes for the next deadline.
 */
#ifndef RDL__TIMER_H
#define RDL__TIMER_H

#include "runtime/rt.h"

enum timer_kind {
    TIMER_WAKE,   /* readies `task` */
    TIMER_SELECT, /* claims the select of `task`; readies it if the claim is won */
    TIMER_CHAN,   /* of an rdl_timer: looks at its channel */
    TIMER_FUNC,   /* of a timer_func: starts a task */
};

/* Zero but for when_ns and kind: not in the heap. Lies in the frame of the waiting task, or begins
 * one of the structs below. */
struct timer {
    int64_t when_ns;
    _Atomic uint32_t slot;     /* its place in the heap + 1, 0: not there; written under the lock */
    _Atomic uint32_t n_firing; /* workers that took it from the heap and still touch it */
    uint8_t kind;
    struct task *task; /* of TIMER_WAKE and TIMER_SELECT */
};

/* Runs fn(arg) in a new task. The key carries the clock of whoever armed it [HB-TM-01]. */
struct timer_func {
    struct timer timer;
    void (*fn)(void *);
    void *arg;
    uint64_t creator_id;
    uintptr_t pc; /* of the call that made it */
    uint8_t key;
};

enum timer_magic { TIMER_LIVE = 0x726d6974, TICKER_LIVE = 0x726b6974, TIMER_FREED = 0x64656164 };

/* A timer, a ticker, or what lies behind the channel of rdl_after: then within the channel's block.
 * Lock  of those with a channel, the channel's lock guards when_ns and what follows `chan`.
 * Law   pending: a value is still to be made, at when_ns. If somebody waits, it is in the heap. */
struct rdl_timer {
    union {
        struct timer timer;
        struct timer_func func; /* without a channel */
    };
    uint32_t magic;
    rdl_chan *chan;
    int64_t period_ns;  /* 0: once */
    uint32_t n_waiters; /* in the channel's queue */
    bool pending;
    bool counted; /* in timers.n_awaited: pending, and somebody waits */
};

/* In the heap like any other: who sleeps for ever is asleep, not deadlocked [DL-03]. */
#define TIMER_NEVER (INT64_MAX - 1)

/* now + d, TIMER_NEVER instead of an overflow [TM-02]. */
int64_t rdl__timer_deadline(int64_t now_ns, rdl_duration d);

/* Puts t, whose when_ns is set, into the heap. */
void rdl__timer_arm(struct timer *t);

/* Takes t out of the heap. False: it was not there (any more). */
bool rdl__timer_remove(struct timer *t);

/* The same, and waits until no worker touches t. */
bool rdl__timer_disarm(struct timer *t);

/* Puts t into the heap, or moves it, for when_ns. True if it is now the first: the caller says so
 * with rdl__sched_timer_armed once he holds no lock. */
bool rdl__timer_put(struct timer *t, int64_t when_ns);

/* Arms f, or moves it; self is who armed it. True if it was pending. */
bool rdl__timer_set_func(struct timer_func *f, int64_t when_ns, struct task *self);

/* Fires what is due. True if anything was. Called by a worker that counts as awake: between the
 * removal of an entry and the readying of its task nothing else keeps a deadlock report away. */
bool rdl__timer_run_due(struct worker *w);

/* -- of timers with channels (timer_chan.c); the channel's lock is held -- */

/* The value that is due is there, whether or not a worker has noticed [TM-08]. */
void rdl__timer_chan_notice(rdl_timer *t);

/* n more, or fewer, waiters in the channel's queue. */
void rdl__timer_chan_waits(rdl_timer *t, uint32_t n);

/* A waiter has parked. */
void rdl__timer_chan_parked(rdl_timer *t);

/* -- the channel's lock is not held -- */

/* Looks at the channel, now that t has left the heap. A task to ready, or NULL. */
struct task *rdl__timer_chan_fired(rdl_timer *t, int64_t now_ns);

/* No value will be made any more, and no worker touches t or the channel. */
void rdl__timer_chan_end(rdl_timer *t);

#endif
