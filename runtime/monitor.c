/* monitor.c - noticing workers that got stuck, and letting others run in their place.
 *
 * It cannot tell a system call from a computation, so a task is given one slice of time either way;
 * rdl_blocking gives the token up at once and needs no monitor. That is why it looks only a few times
 * per slice: at a shorter interval it could learn nothing. While no worker runs, it sleeps.
 */
#include "runtime/monitor.h"

#include "runtime/idle.h"
#include "runtime/poll.h"
#include "runtime/runq.h"
#include "runtime/sched.h"
#include "runtime/worker.h"

#define LOOK_NS         3000000
#define SLICE_NS        9000000
#define SEEDED_SLICE_NS 1000000000 /* a schedule that is to be repeated must not hang on the load */
#define POLL_NS         10000000

static struct rdl__sched *const sched = &rdl__rt.sched;

void rdl__monitor_rouse(void) {
    sched->monitor_sleeps = false;
    atomic_store_explicit(&sched->monitor_wake, 1, memory_order_release);
    rdl__os_wake(&sched->monitor_wake, 1);
}

/* -- workers that are stuck -- */

static bool something_waits(struct worker *w, int64_t now) {
    if (rdl__runq_has(w)) {
        return true;
    }
    if (rdl__worker_is_token_free()) {
        return false;
    }
    return rdl__idle_is_work() ||
           atomic_load_explicit(&rdl__rt.timers.next_ns, memory_order_relaxed) <= now ||
           (rdl__poll_is_awaited() &&
            now - atomic_load_explicit(&sched->polled_ns, memory_order_relaxed) >= POLL_NS);
}

/* What w holds becomes everybody's, and its task is asked to come to the scheduler. It may have got
 * there by itself meanwhile. True: a token is free now. */
static bool take_away(struct worker *w) {
    bool free = false;
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    if (rdl__worker_status(w) == WORKER_RUNNING &&
        atomic_load_explicit(&w->tick, memory_order_relaxed) == w->seen_tick && w->thread != NULL) {
        rdl__worker_drop_token(w, WORKER_STUCK);
        atomic_store_explicit(&w->attention, 1, memory_order_seq_cst);
        free = true;
    }
    if (rdl__worker_status(w) == WORKER_STUCK) {
        rdl__runq_drain_locked(w);
        atomic_store_explicit(&w->thread->budget, 1, memory_order_relaxed); /* may be lost */
    }
    rdl__lock_release(&sched->lock);
    return free;
}

static void look_at(struct worker *w, int64_t now) {
    enum worker_status status =
        (enum worker_status)atomic_load_explicit(&w->status, memory_order_relaxed); /* a hint */
    uint32_t tick = atomic_load_explicit(&w->tick, memory_order_relaxed);           /* a hint */
    int64_t slice = rdl__rt.seeded ? SEEDED_SLICE_NS : SLICE_NS;
    if (status == WORKER_STUCK) {
        (void)take_away(w);
    } else if (status != WORKER_RUNNING || tick != w->seen_tick) {
        w->seen_tick = tick;
        w->seen_ns = now;
    } else if (now - w->seen_ns >= slice && something_waits(w, now) && take_away(w)) {
        rdl__idle_wake_one();
    }
}

static void look_around(void) {
    int64_t now = rdl__sched_now();
    uint32_t n = atomic_load_explicit(&sched->n_workers, memory_order_acquire);
    for (uint32_t i = 0; i < n; i++) {
        look_at(atomic_load_explicit(&sched->workers[i], memory_order_acquire), now);
    }
    /* Workers that never run out of work never ask for descriptors. */
    if (rdl__poll_is_awaited() && !rdl__idle_is_polled() &&
        now - atomic_load_explicit(&sched->polled_ns, memory_order_relaxed) >= POLL_NS) {
        atomic_store_explicit(&sched->polled_ns, now, memory_order_relaxed); /* a hint */
        rdl__poll_run(NULL, 0);
    }
    if (rdl__worker_is_token_free() && rdl__idle_is_work()) {
        rdl__idle_wake_one(); /* no thread could be made the last time */
    }
}

/* -- the thread -- */

static void start_threads(void) {
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    struct worker *w = sched->to_start;
    sched->to_start = NULL;
    rdl__lock_release(&sched->lock);
    while (w != NULL) {
        struct worker *next = w->list_next;
        rdl__worker_make_thread(w);
        w = next;
    }
}

static bool may_sleep(void) {
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    bool may = atomic_load_explicit(&sched->n_running, memory_order_relaxed) == 0 &&
               atomic_load_explicit(&sched->n_global, memory_order_relaxed) == 0 &&
               sched->to_start == NULL;
    sched->monitor_sleeps = may;
    rdl__lock_release(&sched->lock);
    return may;
}

static void *run(void *arg) {
    (void)arg;
    rdl__arch_thread()->is_monitor = true;
    for (;;) {
        bool may = may_sleep(); /* before trimming: who went to sleep has freed what he frees */
        int64_t now = rdl__sched_now();
        int64_t trim_ns = rdl__stack_trim(now);
        rdl__os_wait(&sched->monitor_wake, 0, may ? trim_ns : now + LOOK_NS);
        atomic_store_explicit(&sched->monitor_wake, 0, memory_order_relaxed); /* lock orders */
        start_threads();
        if (atomic_load_explicit(&sched->hold, memory_order_acquire) == 0) {
            look_around();
        }
    }
    return NULL;
}

bool rdl__monitor_start(void) {
    uint32_t state = MONITOR_NONE;
    if (atomic_load_explicit(&sched->monitor_state, memory_order_acquire) == MONITOR_NONE &&
        atomic_compare_exchange_strong_explicit(&sched->monitor_state, &state, MONITOR_STARTING,
                                                memory_order_acq_rel, memory_order_relaxed)) {
        struct det_task *current = rdl__emit_current();
        rdl__emit_switch(NULL);
        atomic_fetch_add_explicit(&sched->n_threads, 1, memory_order_relaxed); /* a count */
        bool made = rdl__os_thread(run, NULL);
        if (!made) {
            atomic_fetch_sub_explicit(&sched->n_threads, 1, memory_order_relaxed); /* a count */
        }
        rdl__emit_switch(current);
        atomic_store_explicit(&sched->monitor_state, made ? MONITOR_UP : MONITOR_FAILED,
                              memory_order_release);
    }
    return atomic_load_explicit(&sched->monitor_state, memory_order_acquire) != MONITOR_FAILED;
}
