/* idle.c - how a worker sleeps when there is nothing to do, and who wakes it. */
#include "runtime/idle.h"

#include "runtime/crash.h"
#include "runtime/emit.h"
#include "runtime/look.h"
#include "runtime/poll.h"
#include "runtime/runq.h"
#include "runtime/sched.h"
#include "runtime/signal.h"
#include "runtime/worker.h"

#define WATCH_FIRST_NS   1000000
#define WATCH_LONGEST_NS 250000000

static struct rdl__sched *const sched = &rdl__rt.sched;

bool rdl__idle_is_work(void) {
    uint32_t n = atomic_load_explicit(&sched->n_workers, memory_order_acquire);
    for (uint32_t i = 0; i < n; i++) {
        if (rdl__runq_has(atomic_load_explicit(&sched->workers[i], memory_order_acquire))) {
            return true;
        }
    }
    return atomic_load_explicit(&sched->n_global, memory_order_seq_cst) != 0;
}

bool rdl__idle_is_polled(void) {
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    bool polled = sched->watcher != NULL && sched->watcher->polls;
    rdl__lock_release(&sched->lock);
    return polled;
}

/* -- waking; a sleeping worker is in sched.idle, or it is the watcher -- */

/* Takes w out of the sleepers, with a token. Lock held. */
static void leave_sleepers(struct worker *w) {
    if (sched->watcher == w) {
        sched->watcher = NULL;
        atomic_store_explicit(&sched->polled, false, memory_order_relaxed); /* lock held */
    } else {
        struct worker **at = &sched->idle;
        while (*at != w) {
            at = &(*at)->list_next;
        }
        *at = w->list_next;
    }
    sched->n_asleep--;
    rdl__worker_take_token(w);
}

/* A worker told to wake, under the lock; the system calls follow when it is released. */
struct call {
    struct worker *worker; /* NULL: nobody */
    bool polls;
};

/* Lock held. */
static struct call mark(struct worker *w, enum worker_wake how) {
    struct call call = {.worker = w, .polls = w->polls};
    atomic_store_explicit(&w->wake, how, memory_order_release);
    return call;
}

static void rouse(struct call call) {
    /* A watcher that readies what it found in the poller may call itself. */
    if (call.worker != NULL && call.worker != rdl__arch_thread()->worker) {
        rdl__os_wake(&call.worker->wake, 1);
        if (call.polls) {
            rdl__poll_interrupt();
        }
    }
}

/* Lock held: a sleeping worker with a token, but not awake yet; the watcher last. */
static struct worker *grant(void) {
    struct worker *w = sched->idle != NULL ? sched->idle : sched->watcher;
    if (w != NULL) {
        leave_sleepers(w);
    }
    return w;
}

static bool may_make_thread(void) {
    return sched->retry_ns == 0 || rdl__sched_now() >= sched->retry_ns;
}

/*  maker of work                         searcher that gives up, or gives a token back
 *  publish the task                      n_spinning--  (n_running--)
 *  (no fence)                            rdl__os_barrier: all others pass a fence
 *  anybody searching, no token free?     look at every queue
 *  then leave it
 *
 * Either the maker sees the decrement, or the searcher sees the task. Work is made far more often
 * than anybody goes to sleep, which costs system calls anyway; so the sleeper pays (a fence costs 5 ns
 * at every wake-up, the barrier 0.3 us at every sleep). */
void rdl__idle_wake_one(void) {
    atomic_signal_fence(memory_order_seq_cst);
    uint32_t none = 0;
    if (!rdl__worker_is_token_free() ||
        atomic_load_explicit(&sched->n_spinning, memory_order_relaxed) != 0 ||
        !atomic_compare_exchange_strong_explicit(&sched->n_spinning, &none, 1, memory_order_seq_cst,
                                                 memory_order_relaxed)) {
        return;
    }
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    bool free = rdl__worker_is_token_free();
    struct worker *w = free ? grant() : NULL;
    bool start = free && w == NULL && may_make_thread();
    struct call call = {.worker = NULL};
    if (w != NULL) {
        w->spinning = true;
        call = mark(w, WAKE_GRANTED);
    } else if (start) {
        atomic_fetch_add_explicit(&sched->n_running, 1, memory_order_seq_cst);
    } else {
        atomic_fetch_sub_explicit(&sched->n_spinning, 1, memory_order_seq_cst);
    }
    rdl__lock_release(&sched->lock);
    rouse(call);
    if (start) {
        rdl__worker_start();
    }
}

/* -- what the watcher watches for -- */

static bool is_watch_stale(int64_t next) {
    return sched->watcher_deadline_ns > next || (rdl__poll_is_awaited() && !sched->watcher->polls);
}

/* There is something earlier, or the first descriptor, to be watched for. */
static void watch_changed(void) {
    int64_t next = atomic_load_explicit(&rdl__rt.timers.next_ns, memory_order_seq_cst);
    struct call call = {.worker = NULL};
    bool nobody = false;
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    if (rdl__worker_is_token_free()) {
        if (sched->watcher == NULL && sched->idle != NULL) {
            sched->watcher = sched->idle;
            sched->idle = sched->watcher->list_next;
            sched->watcher_deadline_ns = OS_FOREVER;
        }
        nobody = sched->watcher == NULL;
        if (!nobody && is_watch_stale(next)) {
            call = mark(sched->watcher, WAKE_NUDGED);
        }
    }
    rdl__lock_release(&sched->lock);
    rouse(call);
    if (nobody) {
        rdl__idle_wake_one();
    }
}

static void news(void) {
    struct rdl__thread *thread = rdl__arch_thread();
    if (thread->worker != NULL && thread->task == NULL) {
        /* The scheduler itself: if it finds nothing to run, it will watch. */
        thread->worker->watch_news = true;
    } else {
        watch_changed();
    }
}

void rdl__sched_timer_armed(void) {
    news();
}

void rdl__sched_poll_armed(void) {
    news();
}

void rdl__idle_pass_on(void) {
    rdl__os_barrier();
    if (atomic_load_explicit(&rdl__rt.timers.next_ns, memory_order_seq_cst) != OS_FOREVER ||
        rdl__poll_is_awaited()) {
        watch_changed();
    }
    if (rdl__idle_is_work()) {
        rdl__idle_wake_one();
    }
}

void rdl__idle_found_work(struct worker *w) {
    if (w->watch_news) {
        w->watch_news = false;
        watch_changed();
    }
    if (w->spinning) {
        w->spinning = false;
        atomic_fetch_sub_explicit(&sched->n_spinning, 1, memory_order_seq_cst);
        rdl__idle_wake_one();
    }
}

/* -- deadlock: DL-01, DL-02 -- */

enum verdict { ALIVE, UNSURE, DEADLOCK };

/* Lock held. All that is waited for outside is signals that wake nobody: DEADLOCK. Go lets such a program wait [DL-03],
 * and so do we, unless there is a detector to tell it. Whoever delivers one puts whom it wakes into a queue before he
 * lets the lock of signals go: so those are looked at last. */
static enum verdict judge_signals(void) {
    if (!rdl__emit_on() || !rdl__poll_is_awaited()) {
        return ALIVE;
    }
    enum signal_wakes wakes = rdl__signal_wakes(rdl__poll_awaited());
    if (wakes == SIGNAL_WAKES_MAYBE) {
        return UNSURE;
    }
    return wakes == SIGNAL_WAKES_NOBODY && !rdl__idle_is_work() ? DEADLOCK : ALIVE;
}

/* Lock held. Whether nothing comes from outside any more. A watcher in the poller may be readying somebody: it is asked
 * to come out of it. */
static enum verdict judge_poller(void) {
    enum verdict by_signals = judge_signals();
    if (by_signals != ALIVE) {
        return by_signals;
    }
    if (sched->watcher == NULL || !sched->watcher->polls) {
        return rdl__poll_is_awaited() ? ALIVE : DEADLOCK;
    }
    if (!rdl__poll_is_awaited()) {
        rouse(mark(sched->watcher, WAKE_NUDGED));
    }
    return ALIVE;
}

/* Called under the lock, when a worker has just joined the sleepers. */
static enum verdict judge(void) {
    if (sched->n_asleep != atomic_load_explicit(&sched->n_workers, memory_order_relaxed) ||
        atomic_load_explicit(&sched->n_global, memory_order_relaxed) != 0 ||
        atomic_load_explicit(&rdl__rt.timers.n_strong, memory_order_seq_cst) != 0 ||
        atomic_load_explicit(&rdl__rt.timers.n_awaited, memory_order_seq_cst) != 0) {
        return ALIVE;
    }
    enum verdict by_poller = judge_poller();
    if (by_poller != DEADLOCK) {
        return by_poller;
    }
    /* A thread of the user's may wake a task. One that was joined a moment ago is still listed, one of a
     * detector's may be there for a moment, and a dump keeps everybody from running, so the question is
     * asked again. */
    return atomic_load_explicit(&sched->hold, memory_order_relaxed) == 0 &&
                   rdl__os_thread_count() ==
                       atomic_load_explicit(&sched->n_threads, memory_order_relaxed)
               ? DEADLOCK
               : UNSURE;
}

/* Lock held. */
static bool is_anything_under_way(void) {
    return atomic_load_explicit(&sched->n_global, memory_order_relaxed) != 0 ||
           atomic_load_explicit(&rdl__rt.timers.n_strong, memory_order_seq_cst) != 0 ||
           atomic_load_explicit(&rdl__rt.timers.n_awaited, memory_order_seq_cst) != 0 ||
           (judge_signals() != DEADLOCK &&
            (rdl__poll_is_awaited() || (sched->watcher != NULL && sched->watcher->polls))) ||
           sched->to_start != NULL || rdl__idle_is_work() ||
           atomic_load_explicit(&sched->hold, memory_order_relaxed) != 0;
}

/* On a thread of the detector's: no thread-local storage, and it must not wait. */
bool rdl__idle_is_quiet(struct ev_quiet *quiet) {
    if (!rdl__lock_try(&sched->lock)) {
        return false;
    }
    uint32_t n = atomic_load_explicit(&sched->n_workers, memory_order_relaxed); /* lock held */
    bool is_quiet = !is_anything_under_way();
    *quiet = (struct ev_quiet){
        .threads = atomic_load_explicit(&sched->n_threads, memory_order_relaxed), /* a count */
        .awake = n - sched->n_asleep};
    for (uint32_t i = 0; i < n; i++) {
        quiet->has_initial |=
            atomic_load_explicit(&sched->workers[i], memory_order_relaxed)->initial; /* lock held */
    }
    rdl__lock_release_bare(&sched->lock);
    return is_quiet;
}

bool rdl__idle_are_others_asleep(void) {
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    uint32_t self = rdl__arch_thread()->worker != NULL;
    bool asleep =
        sched->n_asleep + self == atomic_load_explicit(&sched->n_workers, memory_order_relaxed) &&
        atomic_load_explicit(&sched->n_global, memory_order_relaxed) == 0;
    rdl__lock_release(&sched->lock);
    return asleep;
}

/* -- sleeping -- */

/* How long a worker sleeps, and what it will find if nobody wakes it. */
struct nap {
    int64_t deadline_ns;
    int64_t watch_ns; /* asks again so soon while the verdict is open */
    enum verdict verdict;
};

/* w, just awake by itself, goes on if there is a token for it. */
static bool wake_oneself(struct worker *w) {
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    bool may = rdl__worker_status(w) == WORKER_ASLEEP && rdl__worker_is_token_free();
    if (may) {
        leave_sleepers(w);
        atomic_store_explicit(&w->wake, WAKE_NOT, memory_order_relaxed); /* a nudge is obeyed */
    }
    rdl__lock_release(&sched->lock);
    if (may) {
        w->spinning = true;
        atomic_fetch_add_explicit(&sched->n_spinning, 1, memory_order_seq_cst);
    }
    return may;
}

void rdl__sched_poll_woke(struct worker *w) {
    if (w != NULL && rdl__worker_status(w) == WORKER_ASLEEP) {
        (void)wake_oneself(w);
    }
}

/* Lock held, w sleeps. A watcher whose time has come, but who has no token, leaves it to those who
 * run: the next of them to sleep watches again. */
static void plan(struct worker *w, struct nap *nap) {
    nap->deadline_ns = OS_FOREVER;
    w->polls = false;
    if (sched->watcher == w) {
        int64_t next = atomic_load_explicit(&rdl__rt.timers.next_ns, memory_order_seq_cst);
        nap->deadline_ns = next <= rdl__sched_now() ? OS_FOREVER : next;
        if (next != OS_FOREVER && rdl__worker_is_token_free()) {
            nap->deadline_ns = next;
        }
        sched->watcher_deadline_ns = nap->deadline_ns;
        w->polls = rdl__poll_is_awaited();
        atomic_store_explicit(&sched->polled, w->polls, memory_order_relaxed); /* lock held */
    }
    nap->verdict = judge();
}

/* Lock held. Joins the sleepers as the watcher, if he is needed. */
static void join_sleepers(struct worker *w) {
    int64_t next = atomic_load_explicit(&rdl__rt.timers.next_ns, memory_order_seq_cst);
    w->watch_news = false;
    rdl__worker_drop_token(w, WORKER_ASLEEP);
    sched->n_asleep++;
    if (sched->watcher != NULL && is_watch_stale(next)) {
        if (sched->watcher->polls) {
            rouse(mark(sched->watcher, WAKE_NUDGED));
        } else {
            sched->watcher->list_next = sched->idle;
            sched->idle = sched->watcher;
            sched->watcher = NULL;
            atomic_store_explicit(&sched->polled, false, memory_order_relaxed); /* lock held */
        }
    }
    if (sched->watcher == NULL) {
        sched->watcher = w;
    } else {
        w->list_next = sched->idle;
        sched->idle = w;
    }
}

static bool is_called(const struct worker *w) {
    return atomic_load_explicit(&w->wake, memory_order_acquire) != WAKE_NOT;
}

/* Sleeps in the poller, once its last sleeper, who was called, is out of it. */
static void sleep_in_poller(struct worker *w, int64_t until) {
    while (!rdl__poll_enter()) {
        if (is_called(w)) {
            return;
        }
        rdl__os_yield_thread();
    }
    if (!is_called(w)) {
        rdl__poll_run(w, until);
    }
    rdl__poll_leave();
    atomic_store_explicit(&sched->polled_ns, rdl__sched_now(), memory_order_relaxed); /* hint */
}

/* Sleeps once. */
static void sleep_once(struct worker *w, struct nap *nap) {
    int64_t until = nap->deadline_ns;
    bool first = nap->watch_ns == WATCH_FIRST_NS;
    if (nap->verdict != DEADLOCK && first && until == OS_FOREVER) {
        EMIT(look()); /* a thread of the user's may be all that could wake a task */
    }
    if (nap->verdict == DEADLOCK) {
        rdl__crash_deadlock();
    }
    if (nap->verdict == UNSURE) {
        int64_t again = rdl__sched_now() + nap->watch_ns;
        until = again < until ? again : until;
        nap->watch_ns = nap->watch_ns < WATCH_LONGEST_NS ? nap->watch_ns * 2 : nap->watch_ns;
    }
    if (w->polls) {
        sleep_in_poller(w, until);
    } else {
        rdl__os_wait(&w->wake, WAKE_NOT, until);
    }
}

/* Something may have changed. False: w has a token. */
static bool goes_on_sleeping(struct worker *w, struct nap *nap) {
    /* Not by its status: whoever grants the token writes more of w after that, and this last. */
    if (atomic_load_explicit(&w->wake, memory_order_acquire) == WAKE_GRANTED) {
        return false;
    }
    bool found = w->polls && rdl__runq_has(w); /* readied by itself, in the poller */
    if ((found || rdl__sched_now() >= nap->deadline_ns) && wake_oneself(w)) {
        return false;
    }
    if (found) {
        rdl__runq_drain(w);
        rdl__idle_wake_one();
    }
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    bool asleep = rdl__worker_status(w) == WORKER_ASLEEP;
    if (asleep) {
        atomic_store_explicit(&w->wake, WAKE_NOT, memory_order_relaxed); /* lock held */
        plan(w, nap);
    }
    rdl__lock_release(&sched->lock);
    return asleep;
}

/* w has joined the sleepers. */
static void sleep_as_planned(struct worker *w, struct nap *nap) {
    rdl__os_barrier();
    if (!(rdl__idle_is_work() && wake_oneself(w))) {
        do {
            if (!is_called(w)) {
                sleep_once(w, nap);
            }
        } while (goes_on_sleeping(w, nap));
    }
    w->polls = false;
    atomic_store_explicit(&w->wake, WAKE_NOT, memory_order_relaxed); /* written while asleep only */
    w->now_ns = rdl__sched_now();
}

static void sleep_until_work(struct worker *w) {
    struct nap nap = {.watch_ns = WATCH_FIRST_NS};
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    if (atomic_load_explicit(&sched->n_global, memory_order_relaxed) != 0 &&
        rdl__worker_status(w) == WORKER_RUNNING &&
        atomic_load_explicit(&sched->n_running, memory_order_relaxed) <=
            atomic_load_explicit(&sched->maxprocs, memory_order_relaxed)) {
        rdl__lock_release(&sched->lock);
        return;
    }
    /* Once w is among the sleepers its `spinning` belongs to whoever wakes it. */
    bool was_spinning = w->spinning;
    w->spinning = false;
    join_sleepers(w);
    plan(w, &nap);
    rdl__lock_release(&sched->lock);
    if (was_spinning) {
        atomic_fetch_sub_explicit(&sched->n_spinning, 1, memory_order_seq_cst);
    }
    sleep_as_planned(w, &nap);
}

/* -- attention -- */

void rdl__idle_wait_while_held(void) {
    uint32_t held = atomic_load_explicit(&sched->hold, memory_order_acquire);
    while (held != 0) {
        rdl__os_wait(&sched->hold, held, OS_FOREVER);
        held = atomic_load_explicit(&sched->hold, memory_order_acquire);
    }
}

/* A token w may keep: one that is left when the limit was lowered is not. */
static bool has_token(struct worker *w) {
    if (rdl__worker_status(w) == WORKER_RUNNING) {
        return atomic_load_explicit(&sched->n_running, memory_order_relaxed) <= /* any value */
               atomic_load_explicit(&sched->maxprocs, memory_order_relaxed);
    }
    return rdl__worker_regain(w);
}

/* Does what somebody wants w to do before it runs another task. */
static void attend(struct worker *w) {
    for (;;) {
        atomic_store_explicit(&w->attention, 0, memory_order_seq_cst);
        if (atomic_load_explicit(&sched->only, memory_order_seq_cst) != NULL || w->tied != NULL) {
            atomic_store_explicit(&w->attention, 1, memory_order_relaxed); /* own */
        }
        rdl__idle_wait_while_held();
        if (w->tied != NULL || has_token(w)) {
            return;
        }
        rdl__runq_drain(w);
        sleep_until_work(w);
    }
}

struct task *rdl__idle_find_work(struct worker *w) {
    for (;;) {
        if (atomic_load_explicit(&w->attention, memory_order_relaxed) != 0) { /* own look */
            attend(w);
        }
        if (w->tied != NULL) {
            return rdl__idle_wait_tied(w);
        }
        struct task *t = w->picked;
        w->picked = NULL;
        t = t != NULL ? t : rdl__look(w);
        if (t != NULL) {
            return t;
        }
        sleep_until_work(w);
    }
}

/* -- workers with a task locked to them -- */

struct task *rdl__idle_wait_tied(struct worker *w) {
    struct nap nap = {.watch_ns = WATCH_FIRST_NS, .deadline_ns = OS_FOREVER, .verdict = ALIVE};
    rdl__idle_found_work(w);
    rdl__runq_drain(w);
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    bool sleeps = w->handed == NULL ||
                  (rdl__worker_status(w) != WORKER_RUNNING && !rdl__worker_is_token_free());
    if (sleeps) {
        rdl__worker_drop_token(w, WORKER_TIED);
        sched->n_asleep++;
        if (w->handed != NULL) {
            rdl__runq_append(w->handed); /* comes back with a token */
            w->handed = NULL;
        }
        nap.verdict = judge();
    } else if (rdl__worker_status(w) != WORKER_RUNNING) {
        rdl__worker_take_token(w);
    }
    rdl__lock_release(&sched->lock);
    if (sleeps) {
        rdl__idle_pass_on();
    }
    while (sleeps && atomic_load_explicit(&w->wake, memory_order_acquire) != WAKE_GRANTED) {
        sleep_once(w, &nap);
        if (nap.verdict == UNSURE) {
            rdl__lock_acquire(&sched->lock, RANK_SCHED);
            nap.verdict = judge();
            rdl__lock_release(&sched->lock);
        }
    }
    atomic_store_explicit(&w->wake, WAKE_NOT, memory_order_relaxed); /* written while tied only */
    struct task *t = w->handed;
    w->handed = NULL;
    return t;
}

/* Lock held. True when home, which sleeps, may wake: with a free token or with w's, who sleeps then. */
static bool find_token(struct worker *w) {
    if (rdl__worker_is_token_free()) {
        return true;
    }
    bool had = rdl__worker_status(w) == WORKER_RUNNING;
    join_sleepers(w);
    return had;
}

void rdl__idle_hand_over(struct worker *w, struct task *t) {
    struct worker *home = t->home;
    struct nap nap = {.watch_ns = WATCH_FIRST_NS};
    struct call call = {.worker = NULL};
    rdl__runq_drain(w);
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    if (rdl__worker_status(home) != WORKER_TIED) {
        home->handed = t; /* it is about to look */
    } else if (find_token(w)) {
        home->handed = t;
        sched->n_asleep--;
        rdl__worker_take_token(home);
        call = mark(home, WAKE_GRANTED);
    } else {
        rdl__runq_append(t); /* w lost its token this moment */
    }
    bool sleeps = rdl__worker_status(w) == WORKER_ASLEEP;
    if (sleeps) {
        plan(w, &nap);
    }
    rdl__lock_release(&sched->lock);
    rouse(call);
    if (sleeps) {
        sleep_as_planned(w, &nap);
    }
}
