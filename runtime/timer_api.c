/* timer_api.c - the calls of raddle.h about time. */
#include "runtime/chan.h"
#include "runtime/sched.h"

#define CALLER ((uintptr_t)__builtin_return_address(0))

rdl_time rdl_now(void) {
    rdl__sched_check(rdl__task_self());
    return rdl__sched_now();
}

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

rdl_chan *rdl_after(rdl_duration d) {
    struct task *self = rdl__task_self();
    rdl_chan *ch = rdl__chan_make_timer(self, rdl__timer_deadline(rdl__sched_now(), d), CALLER);
    if (d > 0) {
        rdl__timer_arm(ch->timer);
    } else {
        rdl__chan_timer_fired(ch);
    }
    return ch;
}
