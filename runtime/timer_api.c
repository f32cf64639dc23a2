/* timer_api.c - the calls of raddle.h about time. */
#include "runtime/crash.h"
#include "runtime/exchange.h"
#include "runtime/mem.h"
#include "runtime/monitor.h"
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/text.h"
#include "runtime/timer.h"

#define CALLER ((uintptr_t)__builtin_return_address(0))

rdl_time rdl_now(void) {
    rdl__sched_check(rdl__task_self());
    return rdl__sched_now();
}

/* -- sleep -- */

static void commit_arm(struct task *t, void *timer) {
    (void)t;
    rdl__timer_arm(timer);
}

void rdl_sleep(rdl_duration d) {
    struct task *self = rdl__task_self();
    uintptr_t pc = CALLER;
    if (d <= 0) {
        return;
    }
    struct timer timer = {.kind = TIMER_WAKE, .task = self};
    timer.when_ns = rdl__timer_deadline(rdl__sched_now(), d);
    rdl__sched_wait_begin(self, EV_WAIT_SLEEP, NULL, 0, timer.when_ns, pc);
    rdl__sched_park(self, commit_arm, &timer);
}

/* -- timers with a channel: all under the channel's lock -- */

/* Armed, though not in the heap: nobody waits yet. */
static rdl_timer *make_chan_timer(struct task *self, rdl_duration d, uint32_t magic, uintptr_t pc) {
    rdl_chan *ch = rdl__chan_make_timer(self, pc);
    rdl_timer *t = ch->timer;
    t->timer.kind = TIMER_CHAN;
    t->timer.when_ns = rdl__timer_deadline(rdl__sched_now(), d);
    t->chan = ch;
    t->magic = magic;
    t->pending = true;
    rdl__emit_release(self->det, &ch->timer_key);
    return t;
}

/* Takes back what was armed: true if it was pending, or its value lay there. Lock held. */
static bool withdraw(rdl_timer *t) {
    bool was_live = t->pending || t->chan->count != 0;
    t->pending = false;
    t->chan->count = 0;
    return was_live;
}

/* Lock held: nobody else can put it there. */
static void leave_heap(rdl_timer *t) {
    if (atomic_load_explicit(&t->timer.slot, memory_order_relaxed) != 0) { /* may leave by itself */
        (void)rdl__timer_remove(&t->timer);
    }
}

static bool stop_chan_timer(rdl_timer *t) {
    rdl__lock_acquire(&t->chan->lock, RANK_CHAN);
    bool was_live = withdraw(t);
    rdl__timer_chan_waits(t, 0);
    leave_heap(t);
    rdl__lock_release(&t->chan->lock);
    return was_live;
}

static bool reset_chan_timer(rdl_timer *t, struct task *self, rdl_duration d) {
    bool is_first = false;
    int64_t when_ns = rdl__timer_deadline(rdl__sched_now(), d);
    rdl__lock_acquire(&t->chan->lock, RANK_CHAN);
    bool was_live = withdraw(t);
    rdl__emit_release(self->det, &t->chan->timer_key);
    t->pending = true;
    if (t->period_ns != 0) {
        t->period_ns = d;
    }
    if (t->n_waiters != 0) {
        is_first = rdl__timer_put(&t->timer, when_ns);
    } else {
        leave_heap(t);
        t->timer.when_ns = when_ns;
    }
    rdl__timer_chan_waits(t, 0);
    rdl__lock_release(&t->chan->lock);
    if (is_first) {
        rdl__sched_timer_armed();
    }
    return was_live;
}

rdl_chan *rdl_after(rdl_duration d) {
    return make_chan_timer(rdl__task_self(), d, 0, CALLER)->chan;
}

/* -- rdl_timer -- */

/* A handle that no constructor made panics with text; one that was freed is fatal. */
static void check(rdl_timer *t, uint32_t magic, const char *text, uintptr_t pc) {
    if (t == NULL) {
        rdl__panic_text(TEXT_NULL_OBJECT, pc);
    }
    if (t->magic == TIMER_FREED) {
        rdl__crash_misuse(TEXT_FREED_TIMER, pc);
    }
    if (t->magic != magic) {
        rdl__panic_text(text, pc);
    }
}

/* A use of a timer is a read of what its free writes [RP-06]. */
static void touch(rdl_timer *t, struct task *self, uintptr_t pc) {
    if (t->chan != NULL) {
        rdl__chan_touch(t->chan, self, false, pc);
    } else {
        rdl__emit_sync_access(self->det, &t->magic, sizeof(t->magic), EV_READ, pc);
    }
}

rdl_timer *rdl_timer_new(rdl_duration d) {
    rdl_timer *t = make_chan_timer(rdl__task_self(), d, TIMER_LIVE, CALLER);
    return t;
}

rdl_timer *rdl_after_func(rdl_duration d, void (*fn)(void *), void *arg) {
    struct task *self = rdl__task_self();
    uintptr_t pc = CALLER;
    if (fn == NULL) {
        rdl__panic_go_nil(pc);
    }
    rdl__monitor_need();
    rdl_timer *t = rdl__mem_new(self, sizeof(*t), pc);
    *t = (rdl_timer){.magic = TIMER_LIVE};
    t->func.timer.kind = TIMER_FUNC;
    t->func.fn = fn;
    t->func.arg = arg;
    t->func.creator_id = self->id;
    t->func.pc = pc;
    EMIT(object_new(self->det, EV_OBJECT_TIMER, (uintptr_t)t, sizeof(*t), pc));
    (void)rdl__timer_set_func(&t->func, rdl__timer_deadline(rdl__sched_now(), d), self);
    return t;
}

rdl_chan *rdl_timer_chan(rdl_timer *t) {
    check(t, TIMER_LIVE, TEXT_STOP_UNINITIALIZED, CALLER);
    return t->chan;
}

bool rdl_timer_stop(rdl_timer *t) {
    struct task *self = rdl__task_self();
    check(t, TIMER_LIVE, TEXT_STOP_UNINITIALIZED, CALLER);
    rdl__sched_check(self);
    touch(t, self, CALLER);
    return t->chan != NULL ? stop_chan_timer(t) : rdl__timer_remove(&t->timer);
}

bool rdl_timer_reset(rdl_timer *t, rdl_duration d) {
    struct task *self = rdl__task_self();
    check(t, TIMER_LIVE, TEXT_RESET_UNINITIALIZED, CALLER);
    rdl__sched_check(self);
    touch(t, self, CALLER);
    if (t->chan != NULL) {
        return reset_chan_timer(t, self, d);
    }
    return rdl__timer_set_func(&t->func, rdl__timer_deadline(rdl__sched_now(), d), self);
}

static void free_func_timer(rdl_timer *t, struct task *self, uintptr_t pc) {
    (void)rdl__timer_disarm(&t->timer);
    rdl__emit_sync_access(self->det, &t->magic, sizeof(t->magic), EV_WRITE | EV_FREE, pc);
    EMIT(object_destroy(self->det, (uintptr_t)t, sizeof(*t)));
    t->magic = TIMER_FREED;
    rdl__mem_free(self, t);
}

void rdl_timer_free(rdl_timer *t) {
    struct task *self = rdl__task_self();
    uintptr_t pc = CALLER;
    if (t == NULL) {
        return;
    }
    check(t, TIMER_LIVE, TEXT_STOP_UNINITIALIZED, pc);
    if (t->chan != NULL) {
        rdl__chan_destroy(t->chan, self, pc);
    } else {
        free_func_timer(t, self, pc);
    }
}

/* -- rdl_ticker: a timer with a period -- */

static rdl_timer *timer_of(rdl_ticker *t) {
    return (rdl_timer *)t;
}

rdl_ticker *rdl_ticker_new(rdl_duration d) {
    if (d <= 0) {
        rdl__panic_text(TEXT_TICKER_INTERVAL, CALLER);
    }
    rdl_timer *t = make_chan_timer(rdl__task_self(), d, TICKER_LIVE, CALLER);
    t->period_ns = d;
    return (rdl_ticker *)t;
}

rdl_chan *rdl_ticker_chan(rdl_ticker *t) {
    check(timer_of(t), TICKER_LIVE, TEXT_TICKER_UNINITIALIZED, CALLER);
    return timer_of(t)->chan;
}

void rdl_ticker_reset(rdl_ticker *ticker, rdl_duration d) {
    struct task *self = rdl__task_self();
    rdl_timer *t = timer_of(ticker);
    if (d <= 0) {
        rdl__panic_text(TEXT_TICKER_RESET_INTERVAL, CALLER);
    }
    check(t, TICKER_LIVE, TEXT_TICKER_UNINITIALIZED, CALLER);
    rdl__sched_check(self);
    touch(t, self, CALLER);
    (void)reset_chan_timer(t, self, d);
}

/* Of a ticker that no constructor made: nothing [TM-13]. */
void rdl_ticker_stop(rdl_ticker *ticker) {
    struct task *self = rdl__task_self();
    rdl_timer *t = timer_of(ticker);
    if (t != NULL && t->magic == 0) {
        return;
    }
    check(t, TICKER_LIVE, TEXT_TICKER_UNINITIALIZED, CALLER);
    rdl__sched_check(self);
    touch(t, self, CALLER);
    (void)stop_chan_timer(t);
}

void rdl_ticker_free(rdl_ticker *ticker) {
    struct task *self = rdl__task_self();
    rdl_timer *t = timer_of(ticker);
    if (t == NULL) {
        return;
    }
    check(t, TICKER_LIVE, TEXT_TICKER_UNINITIALIZED, CALLER);
    rdl__chan_destroy(t->chan, self, CALLER);
}
