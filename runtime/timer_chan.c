/* timer_chan.c - a timer and its channel: when a value is made, and by whom.
 *
 * One value at most lies in the channel's buffer, which nobody can count [TM-11]. It is made by
 * whoever looks first: a receiver who finds the timer due, or the worker that took it from the
 * heap. Both hold the channel's lock, and so do stop and reset: after them the old value is nowhere
 * [TM-10].
 */
#include "runtime/exchange.h"
#include "runtime/mem.h"
#include "runtime/sched.h"
#include "runtime/timer.h"

/* The waiters of a timer that is stopped, or has fired, are not waiting for time [DL-03]. */
static void recount(rdl_timer *t) {
    bool awaited = t->pending && t->n_waiters != 0;
    if (awaited != t->counted) {
        t->counted = awaited;
        atomic_fetch_add_explicit(&rdl__rt.timers.n_awaited, awaited ? 1u : (uint32_t)-1,
                                  memory_order_seq_cst);
    }
}

/* The next due time is the old one plus whole periods, the first that lies in the future: no drift,
 * and what was missed is one tick [TM-17]. */
static void advance(rdl_timer *t, int64_t now_ns) {
    int64_t late_ns = now_ns - t->timer.when_ns;
    if (t->period_ns == 0) {
        t->pending = false;
    } else if (__builtin_add_overflow(t->timer.when_ns + late_ns / t->period_ns * t->period_ns,
                                      t->period_ns, &t->timer.when_ns)) {
        t->timer.when_ns = TIMER_NEVER;
    }
    recount(t);
}

static bool is_due(const rdl_timer *t, int64_t now_ns) {
    return t->pending && t->timer.when_ns <= now_ns;
}

/* Leaves the value for whoever comes; if one is still there, this is dropped [TM-06]. */
static void leave_value(rdl_timer *t, int64_t now_ns) {
    rdl_chan *ch = t->chan;
    if (rdl__chan_count(ch) == 0) {
        *(rdl_time *)(void *)ch->buffer = t->timer.when_ns; /* when it was due [TM-07] */
        rdl__chan_set_count(ch, 1);
    }
    advance(t, now_ns);
}

/* Makes the value of a timer that is due, for a parked receiver if there is one: he is returned. */
static struct task *make_value(rdl_timer *t, int64_t now_ns) {
    rdl_chan *ch = t->chan;
    struct waiter *receiver = rdl__chan_take_receiver(ch);
    if (receiver == NULL) {
        leave_value(t, now_ns);
        return NULL;
    }
    rdl__emit_acquire(receiver->task->det, &ch->timer_key);
    rdl__emit_access(receiver->task->det, receiver->elem, ch->elem_size, EV_WRITE, receiver->pc);
    if (receiver->elem != NULL) {
        rdl__mem_copy(receiver->elem, &t->timer.when_ns, sizeof(rdl_time));
    }
    receiver->ok = true;
    receiver->task->next = NULL;
    advance(t, now_ns);
    return receiver->task;
}

/* -- what the channel's operations call -- */

/* If somebody waits already, the worker will serve him, and who asks now is too late either way. */
void rdl__timer_chan_notice(rdl_timer *t) {
    if (!t->pending) {
        return;
    }
    int64_t now_ns = rdl__sched_now();
    if (is_due(t, now_ns) && !rdl__chan_has_waiters(t->chan)) {
        leave_value(t, now_ns);
    }
}

void rdl__timer_chan_waits(rdl_timer *t, uint32_t n) {
    t->n_waiters += n;
    recount(t);
}

static bool must_enter_heap(rdl_timer *t) {
    return t->pending && t->n_waiters != 0 &&
           atomic_load_explicit(&t->timer.slot, memory_order_relaxed) ==
               0; /* enters under ch's lock */
}

void rdl__timer_chan_parked(rdl_timer *t) {
    if (must_enter_heap(t)) {
        rdl__timer_arm(&t->timer);
    }
}

/* -- firing and ending -- */

/* The heap may have known an older deadline: then nothing is due yet, and t goes back. */
struct task *rdl__timer_chan_fired(rdl_timer *t, int64_t now_ns) {
    rdl__lock_acquire(&t->chan->lock, RANK_CHAN);
    struct task *woken = is_due(t, now_ns) ? make_value(t, now_ns) : NULL;
    if (must_enter_heap(t)) {
        (void)rdl__timer_put(&t->timer, t->timer.when_ns); /* we look at the heap again at once */
    }
    rdl__lock_release(&t->chan->lock);
    return woken;
}

void rdl__timer_chan_end(rdl_timer *t) {
    rdl__lock_acquire(&t->chan->lock, RANK_CHAN);
    t->pending = false;
    recount(t);
    rdl__lock_release(&t->chan->lock);
    (void)rdl__timer_disarm(&t->timer);
}
