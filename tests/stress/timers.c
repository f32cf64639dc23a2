/* Timers and tickers made, stopped, reset, received and freed by several tasks: no stale value, at
 * most one true stop, nothing early.
 *
 * Rules: TM-01 TM-03 TM-05 TM-10 TM-14 TM-15 TM-17 TM-18
 */
#include "stress.h"

#define TASKS 6
#define TURNS 120

/* -- a timer of one's own: what stop and reset answer -- */

static void own_timer(void *nth) {
    struct dice d = dice_of((uint64_t)(uintptr_t)nth);
    rdl_timer *t = rdl_timer_new(RDL_HOUR);
    for (int i = 0; i < TURNS; i++) {
        rdl_duration wait = (rdl_duration)roll(&d, 200) * RDL_MICROSECOND;
        rdl_time before = rdl_now();
        rdl_time due;
        rdl_timer_reset(t, wait);
        switch (roll(&d, 3)) {
        case 0:
            CHECK(rdl_recv(rdl_timer_chan(t), &due));
            CHECK(rdl_now() - before >= wait && due - before >= wait);
            CHECK(!rdl_timer_stop(t));
            break;
        case 1:
            CHECK(rdl_timer_stop(t)); /* fired or not, nobody received [TM-10] */
            CHECK(!rdl_try_recv(rdl_timer_chan(t), NULL, NULL));
            break;
        default:
            CHECK(rdl_timer_reset(t, RDL_HOUR));
            CHECK(!rdl_try_recv(rdl_timer_chan(t), NULL, NULL));
        }
        CHECK(rdl_chan_len(rdl_timer_chan(t)) == 0);
    }
    rdl_timer_free(t);
}

/* -- one timer for all: each firing is received once or stopped once -- */

struct shared {
    rdl_timer *timer;
    atomic_long fired, stopped, armed;
    rdl_mutex mu; /* one arming at a time */
    uint64_t nth;
};

static void race_for_it(void *arg) {
    struct shared *s = arg;
    struct dice d = dice_of(s->nth + (uint64_t)rdl_task_id());
    for (int i = 0; i < TURNS; i++) {
        if (rdl_try_recv(rdl_timer_chan(s->timer), NULL, NULL)) {
            atomic_fetch_add(&s->fired, 1);
        }
        if (roll(&d, 3) == 0 && rdl_timer_stop(s->timer)) {
            atomic_fetch_add(&s->stopped, 1);
        }
        if (roll(&d, 2) == 0) {
            atomic_fetch_add(&s->armed, 1);
            if (rdl_timer_reset(s->timer, (rdl_duration)roll(&d, 30) * RDL_MICROSECOND)) {
                atomic_fetch_add(&s->stopped, 1);
            }
        }
        jitter(&d);
    }
}

static void shared_timer(uint64_t nth) {
    struct shared s = {.timer = rdl_timer_new(0), .armed = 1, .nth = nth};
    rdl_waitgroup wg = {0};
    for (int i = 0; i < TASKS; i++) {
        rdl_waitgroup_go(&wg, race_for_it, &s);
    }
    rdl_waitgroup_wait(&wg);
    long left = rdl_timer_stop(s.timer) ? 1 : 0;
    CHECK(atomic_load(&s.armed) == atomic_load(&s.fired) + atomic_load(&s.stopped) + left);
    rdl_timer_free(s.timer);
}

/* -- functions: each runs, or its stop was true -- */

static void count(void *counter) {
    atomic_fetch_add((atomic_long *)counter, 1);
}

static void functions(uint64_t nth) {
    struct dice d = dice_of(nth);
    atomic_long ran = 0;
    long prevented = 0;
    rdl_timer *timers[TURNS];
    for (int i = 0; i < TURNS; i++) {
        timers[i] = rdl_after_func((rdl_duration)roll(&d, 300) * RDL_MICROSECOND, count, &ran);
        jitter(&d);
    }
    for (int i = 0; i < TURNS; i += 2) {
        prevented += rdl_timer_stop(timers[i]);
    }
    while (atomic_load(&ran) + prevented < TURNS) {
        rdl_sleep(100 * RDL_MICROSECOND);
    }
    for (int i = 0; i < TURNS; i++) {
        CHECK(!rdl_timer_stop(timers[i]));
        rdl_timer_free(timers[i]);
    }
    CHECK(atomic_load(&ran) + prevented == TURNS);
}

/* -- tickers, after, sleep -- */

static void ticker(void *nth) {
    struct dice d = dice_of((uint64_t)(uintptr_t)nth);
    rdl_duration period = (rdl_duration)(roll(&d, 100) + 20) * RDL_MICROSECOND;
    rdl_time start = rdl_now(), last = 0, at;
    rdl_ticker *t = rdl_ticker_new(period);
    for (int i = 1; i <= 10; i++) {
        CHECK(rdl_recv(rdl_ticker_chan(t), &at));
        CHECK(at > last && rdl_now() - start >= period * i);
        last = at;
    }
    rdl_ticker_stop(t);
    CHECK(!rdl_try_recv(rdl_ticker_chan(t), NULL, NULL));
    rdl_ticker_reset(t, period);
    CHECK(rdl_recv(rdl_ticker_chan(t), &at));
    rdl_ticker_free(t);
}

static void sleeper(void *nth) {
    struct dice d = dice_of((uint64_t)(uintptr_t)nth);
    for (int i = 0; i < 20; i++) {
        rdl_duration wait = (rdl_duration)roll(&d, 150) * RDL_MICROSECOND;
        rdl_time before = rdl_now();
        if (roll(&d, 2) == 0) {
            rdl_sleep(wait);
        } else {
            rdl_chan *ch = rdl_after(wait);
            if (roll(&d, 2) == 0) {
                rdl_chan_free(ch); /* also stops it */
                continue;
            }
            CHECK(rdl_recv(ch, NULL));
            rdl_chan_free(ch);
        }
        CHECK(rdl_now() - before >= wait);
    }
}

static void crowd(void (*fn)(void *), uint64_t nth) {
    rdl_waitgroup wg = {0};
    for (uint64_t i = 0; i < TASKS; i++) {
        rdl_waitgroup_go(&wg, fn, (void *)(uintptr_t)(nth + i));
    }
    rdl_waitgroup_wait(&wg);
}

int main(int argc, char **argv) {
    stress_begin(argc, argv);
    for (int i = 0; i < stress.length; i++) {
        uint64_t nth = (uint64_t)i * 1000;
        crowd(own_timer, nth);
        shared_timer(nth);
        functions(nth);
        crowd(ticker, nth);
        crowd(sleeper, nth);
    }
    return 0;
}
