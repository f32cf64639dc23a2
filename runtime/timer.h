/* timer.h - what is to happen at a time: one heap under one lock.
 *
 * Law     the decision that an entry fires is made under the lock, when it leaves the heap. So
 *         after rdl__timer_disarm has returned, an entry that wakes a task is no longer in use.
 * Firing  workers look at the heap while they look for work; when all have something else to do,
 *         one that sleeps wakes for the next deadline.
 */
#ifndef RDL__TIMER_H
#define RDL__TIMER_H

#include "runtime/rt.h"

enum timer_kind {
    TIMER_WAKE,   /* readies `task` */
    TIMER_SELECT, /* claims the select of `task`; readies it if the claim is won */
    TIMER_CHAN,   /* makes `chan` receivable */
};

enum timer_state { TIMER_OFF, TIMER_ARMED, TIMER_FIRING };

/* Lies in the frame of the waiting task, or in its channel. */
struct timer {
    int64_t when_ns;
    uint32_t slot; /* in the heap; lock */
    uint8_t kind;
    _Atomic uint32_t state; /* of TIMER_CHAN: FIRING until the channel is not touched any more */
    struct task *task;
    rdl_chan *chan;
};

/* In the heap like any other: who sleeps for ever is asleep, not deadlocked [DL-03]. */
#define TIMER_NEVER (INT64_MAX - 1)

/* now + d, TIMER_NEVER instead of an overflow [TM-02]. */
int64_t rdl__timer_deadline(int64_t now_ns, rdl_duration d);

/* Puts t, whose when_ns is set, into the heap. */
void rdl__timer_arm(struct timer *t);

/* Takes t out of the heap if it is there. A TIMER_CHAN that fires this instant is waited for. */
void rdl__timer_disarm(struct timer *t);

/* Fires what is due. True if anything was. */
bool rdl__timer_run_due(struct worker *w);

#endif
