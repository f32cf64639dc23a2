/* timer.c - timers whose expiry is a function on a thread (SIGEV_THREAD).
 *
 * libc makes that thread by itself, so nobody's creation precedes it: what did is the making and the
 * arming of the timer. One key for all timers: the function may learn of another's arming, a race
 * less, never a false alarm.
 *
 * Zone  SYNC.
 */
#include "instrument/timer.h"

#include "instrument/given.h"
#include "instrument/real.h"

#include <stdlib.h>

/* The program's function. It lives for ever: who deletes the timer does not know whether the function
 * is about to run. */
struct expiry {
    void (*function)(union sigval);
    union sigval value;
};

static uintptr_t timers_key(void) {
    return (uintptr_t)&real.timer_settime;
}

void thread_of_libc_may_begin(void) {
    det_alone_ends(); /* what comes from here on is not ordered before that thread */
    struct det_task *t = front.on ? event_enter() : NULL;
    if (t != NULL) {
        det_release_merge(t, timers_key());
        event_leave();
    }
}

void thread_of_libc_begins(struct det_task *t) {
    det_acquire(t, timers_key());
}

static void expires(union sigval own) {
    const struct expiry given = *(const struct expiry *)own.sival_ptr;
    struct det_task *t = front.on ? event_enter() : NULL;
    if (t != NULL) {
        thread_of_libc_begins(t);
        event_leave();
    }
    given.function(given.value);
}

INTERPOSE int timer_create(clockid_t clock, struct sigevent *event, timer_t *timer) {
    if (!front.on || event == NULL || event->sigev_notify != SIGEV_THREAD) {
        int made = REAL_OF(timer_create)(clock, event, timer);
        if (made == 0 && event != NULL) {
            given_word((uintptr_t)event->sigev_value.sival_ptr);
        }
        return made;
    }
    struct expiry *expiry = REAL_OF(malloc)(sizeof *expiry);
    if (expiry == NULL) {
        return REAL_OF(timer_create)(clock, event, timer);
    }
    expiry->function = event->sigev_notify_function;
    expiry->value = event->sigev_value;
    given_word((uintptr_t)event->sigev_value.sival_ptr);
    struct sigevent ours = *event;
    ours.sigev_notify_function = expires;
    ours.sigev_value.sival_ptr = expiry;
    thread_of_libc_may_begin();
    int result = REAL_OF(timer_create)(clock, &ours, timer);
    if (result != 0) {
        real.free(expiry);
    }
    return result;
}

INTERPOSE int timer_settime(timer_t timer, int flags, const struct itimerspec *value,
                            struct itimerspec *old) {
    thread_of_libc_may_begin();
    return REAL_OF(timer_settime)(timer, flags, value, old);
}
