/* idle.c - where a worker looks for work, in which order, and how it sleeps. */
#include "runtime/idle.h"

#include "runtime/crash.h"
#include "runtime/runq.h"
#include "runtime/sched.h"
#include "runtime/text.h"
#include "runtime/timer.h"

#define GLOBAL_FIRST_STEP 61 /* a prime, so that it falls in step with nothing [Go proc.go] */
#define TIMER_CHECK_STEP  16
#define STEAL_FIRST_STEP  1021 /* seldom, and a prime too */
#define STEAL_ROUNDS      4
#define WATCH_FIRST_NS    1000000
#define WATCH_LONGEST_NS  250000000

static struct rdl__sched *const sched = &rdl__rt.sched;

/* -- workers and threads -- */

struct worker *rdl__idle_new_worker(void) {
    struct worker *w = rdl__os_map(sizeof(*w));
    if (w == NULL) {
        return NULL;
    }
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    uint32_t n = atomic_load_explicit(&sched->n_workers, memory_order_relaxed); /* lock held */
    if (n < WORKERS_MAX) {
        w->index = n;
        atomic_store_explicit(&sched->workers[n], w, memory_order_release);
        atomic_store_explicit(&sched->n_workers, n + 1, memory_order_seq_cst);
        atomic_fetch_add_explicit(&sched->n_threads, 1, memory_order_relaxed); /* a count */
    }
    rdl__lock_release(&sched->lock);
    w->now_ns = rdl__sched_now();
    return n < WORKERS_MAX ? w : NULL;
}

/* Fewer threads than wished for is slower, not wrong: the slot is withdrawn. It is the last one,
 * because only one searcher exists while n_spinning was 0. */
static void withdraw(struct worker *w) {
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    w->idle = false;
    sched->n_retired++;
    rdl__lock_release(&sched->lock);
    atomic_fetch_sub_explicit(&sched->n_threads, 1, memory_order_relaxed); /* a count */
}

/* The detector takes threads made by nobody for ours, and does not watch them. */
static bool start_thread(struct worker *w) {
    struct det_task *current = rdl__emit_current();
    rdl__emit_switch(NULL);
    bool made = rdl__os_thread(rdl__sched_worker_main, w);
    rdl__emit_switch(current);
    return made;
}

static void start_worker(void) {
    struct worker *w = rdl__idle_new_worker();
    if (w == NULL) {
        atomic_fetch_sub_explicit(&sched->n_spinning, 1, memory_order_seq_cst);
        return;
    }
    w->spinning = true;
    if (!start_thread(w)) {
        withdraw(w);
        atomic_fetch_sub_explicit(&sched->n_spinning, 1, memory_order_seq_cst);
        if (w->index == 0) {
            rdl__crash_limit(LIMIT_THREADS, 0);
        }
    }
}

/* -- waking -- */

/* Takes a sleeping worker out of its list; the one that waits for the timer last. Lock held. */
static struct worker *pop_idle(void) {
    struct worker *w = sched->idle;
    if (w != NULL) {
        sched->idle = w->idle_next;
    } else {
        w = sched->timer_sleeper;
        sched->timer_sleeper = NULL;
    }
    if (w != NULL) {
        w->idle = false;
        atomic_fetch_sub_explicit(&sched->n_idle, 1, memory_order_seq_cst);
    }
    return w;
}

static void rouse(struct worker *w) {
    atomic_store_explicit(&w->wake, 1, memory_order_release);
    rdl__os_wake(&w->wake, 1);
}

static bool may_start_worker(void) {
    return atomic_load_explicit(&sched->n_workers, memory_order_relaxed) <
           atomic_load_explicit(&sched->maxprocs, memory_order_relaxed); /* a guess; see the lock */
}

/*  maker of work                         searcher that gives up
 *  publish the task                      n_spinning--
 *  fence                                 fence
 *  n_spinning != 0? then leave it        look at every queue
 *
 * Either the maker sees the decrement, or the searcher sees the task. */
void rdl__idle_wake_one(void) {
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load_explicit(&sched->n_idle, memory_order_relaxed) == 0 && !may_start_worker()) {
        return;
    }
    uint32_t none = 0;
    if (atomic_load_explicit(&sched->n_spinning, memory_order_relaxed) != 0 ||
        !atomic_compare_exchange_strong_explicit(&sched->n_spinning, &none, 1, memory_order_seq_cst,
                                                 memory_order_relaxed)) {
        return;
    }
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    struct worker *w = pop_idle();
    bool start = w == NULL && may_start_worker();
    rdl__lock_release(&sched->lock);
    if (w != NULL) {
        w->spinning = true;
        rouse(w);
    } else if (start) {
        start_worker();
    } else {
        atomic_fetch_sub_explicit(&sched->n_spinning, 1, memory_order_seq_cst);
    }
}

/* An idle worker that would sleep past the next deadline takes notice of it. */
static void tell_timer_sleeper(void) {
    int64_t next = atomic_load_explicit(&rdl__rt.timers.next_ns, memory_order_seq_cst);
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    bool covered = sched->timer_sleeper != NULL && sched->sleeper_deadline_ns <= next;
    struct worker *w = NULL;
    if (!covered && sched->timer_sleeper != NULL) {
        w = sched->timer_sleeper;
        sched->timer_sleeper = NULL;
        w->idle = false;
        atomic_fetch_sub_explicit(&sched->n_idle, 1, memory_order_seq_cst);
    } else if (!covered) {
        w = pop_idle();
    }
    rdl__lock_release(&sched->lock);
    if (w != NULL) {
        /* As a searcher: if it finds something else to do, it must wake another to wait. */
        w->spinning = true;
        atomic_fetch_add_explicit(&sched->n_spinning, 1, memory_order_seq_cst);
        rouse(w);
    } else if (!covered) {
        rdl__idle_wake_one();
    }
}

void rdl__sched_timer_armed(void) {
    struct rdl__thread *thread = rdl__arch_thread();
    if (thread->worker != NULL && thread->task == NULL) {
        /* The scheduler itself: if it finds nothing to run, it will wait for this timer. */
        thread->worker->timer_news = true;
    } else {
        tell_timer_sleeper();
    }
}

void rdl__sched_poll_armed(void) {
    rdl__idle_wake_one();
}

void rdl__idle_found_work(struct worker *w) {
    if (w->timer_news) {
        w->timer_news = false;
        tell_timer_sleeper();
    }
    if (w->spinning) {
        w->spinning = false;
        atomic_fetch_sub_explicit(&sched->n_spinning, 1, memory_order_seq_cst);
        rdl__idle_wake_one();
    }
}

/* -- looking -- */

static uint32_t max_procs(void) {
    return atomic_load_explicit(&sched->maxprocs, memory_order_relaxed); /* any recent value */
}

static bool may_search(const struct worker *w) {
    uint32_t idle = atomic_load_explicit(&sched->n_idle, memory_order_relaxed); /* a guess */
    uint32_t searching = atomic_load_explicit(&sched->n_spinning, memory_order_relaxed);
    return w->spinning || 2 * searching + idle < max_procs();
}

static struct task *steal_once(struct worker *w, bool even_next) {
    uint32_t n = atomic_load_explicit(&sched->n_workers, memory_order_acquire);
    uint32_t first = rdl__sched_choose(n);
    for (uint32_t i = 0; i < n; i++) {
        struct worker *victim =
            atomic_load_explicit(&sched->workers[(first + i) % n], memory_order_acquire);
        if (victim == w || !rdl__runq_has(victim)) {
            continue;
        }
        if (even_next) {
            rdl__os_yield_thread(); /* the victim is about to run it itself, most of the time */
        }
        struct task *t = rdl__runq_steal(w, victim, even_next);
        if (t != NULL) {
            return t;
        }
    }
    return NULL;
}

static struct task *search(struct worker *w) {
    if (!w->spinning) {
        w->spinning = true;
        atomic_fetch_add_explicit(&sched->n_spinning, 1, memory_order_seq_cst);
    }
    for (int round = 1; round <= STEAL_ROUNDS; round++) {
        struct task *t = steal_once(w, round == STEAL_ROUNDS);
        if (t != NULL) {
            return t;
        }
    }
    return NULL;
}

static struct task *look(struct worker *w) {
    struct task *t = NULL;
    w->tick++;
    if (w->tick % GLOBAL_FIRST_STEP == 0) {
        t = rdl__runq_get_global(w, 1);
    }
    if (t == NULL && w->tick % STEAL_FIRST_STEP == 0) {
        /* What lies behind a task that never calls must not wait for those here to run out [GR-14]. */
        t = steal_once(w, true);
    }
    if (t == NULL && w->tick % TIMER_CHECK_STEP == 0) {
        rdl__timer_run_due(w);
    }
    t = t != NULL ? t : rdl__runq_get(w);
    t = t != NULL ? t : rdl__runq_get_global(w, RING_SLOTS);
    if (t == NULL && rdl__timer_run_due(w)) {
        t = rdl__runq_get(w);
    }
    return t == NULL && may_search(w) ? search(w) : t;
}

/* -- deadlock: DL-01, DL-02 -- */

enum verdict { ALIVE, UNSURE, DEADLOCK };

/* Called under the lock, when a worker has just joined the sleepers. */
static enum verdict judge(void) {
    uint32_t asleep = atomic_load_explicit(&sched->n_idle, memory_order_relaxed) + sched->n_retired;
    if (asleep != atomic_load_explicit(&sched->n_workers, memory_order_relaxed) ||
        atomic_load_explicit(&sched->n_global, memory_order_relaxed) != 0 ||
        atomic_load_explicit(&sched->hold, memory_order_relaxed) != 0 ||
        atomic_load_explicit(&rdl__rt.timers.n_strong, memory_order_seq_cst) != 0 ||
        atomic_load_explicit(&rdl__rt.timers.n_awaited, memory_order_seq_cst) != 0) {
        return ALIVE;
    }
    /* A thread of the user's may wake a task. One that was joined a moment ago is still listed, so
     * the question is asked again. */
    return rdl__os_thread_count() == atomic_load_explicit(&sched->n_threads, memory_order_relaxed)
               ? DEADLOCK
               : UNSURE;
}

/* -- sleeping -- */

static void unlink_idle(struct worker *w) {
    if (sched->timer_sleeper == w) {
        sched->timer_sleeper = NULL;
        return;
    }
    struct worker **at = &sched->idle;
    while (*at != w) {
        at = &(*at)->idle_next;
    }
    *at = w->idle_next;
}

/* False: somebody has taken w out of the sleepers already, and wakes it. */
static bool leave_idle(struct worker *w) {
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    bool was_idle = w->idle;
    if (was_idle) {
        unlink_idle(w);
        w->idle = false;
        atomic_fetch_sub_explicit(&sched->n_idle, 1, memory_order_seq_cst);
    }
    rdl__lock_release(&sched->lock);
    if (was_idle) {
        w->spinning = true;
        atomic_fetch_add_explicit(&sched->n_spinning, 1, memory_order_seq_cst);
    }
    return was_idle;
}

static void push_idle(struct worker *w) {
    w->idle_next = sched->idle;
    sched->idle = w;
}

/* Joins the sleepers, or the retired. Returns until when; lock held. */
static int64_t join_sleepers(struct worker *w) {
    int64_t next = atomic_load_explicit(&rdl__rt.timers.next_ns, memory_order_seq_cst);
    w->timer_news = false;
    if (w->index >= max_procs()) {
        w->idle_next = sched->retired;
        sched->retired = w;
        sched->n_retired++;
        return OS_FOREVER;
    }
    w->idle = true;
    atomic_fetch_add_explicit(&sched->n_idle, 1, memory_order_seq_cst);
    if (next == OS_FOREVER ||
        (sched->timer_sleeper != NULL && sched->sleeper_deadline_ns <= next)) {
        push_idle(w);
        return OS_FOREVER;
    }
    if (sched->timer_sleeper != NULL) {
        push_idle(sched->timer_sleeper);
    }
    sched->timer_sleeper = w;
    sched->sleeper_deadline_ns = next;
    return next;
}

static bool work_anywhere(void) {
    uint32_t n = atomic_load_explicit(&sched->n_workers, memory_order_acquire);
    for (uint32_t i = 0; i < n; i++) {
        if (rdl__runq_has(atomic_load_explicit(&sched->workers[i], memory_order_acquire))) {
            return true;
        }
    }
    return atomic_load_explicit(&sched->n_global, memory_order_seq_cst) != 0;
}

static enum verdict judge_again(void) {
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    enum verdict verdict = judge();
    rdl__lock_release(&sched->lock);
    return verdict;
}

/* Waits until somebody wakes w, or the deadline; asks again now and then while the verdict is
 * open. */
static void wait_for_wake(struct worker *w, int64_t deadline_ns, enum verdict verdict) {
    int64_t watch_ns = WATCH_FIRST_NS;
    while (atomic_load_explicit(&w->wake, memory_order_acquire) == 0) {
        if (verdict == DEADLOCK) {
            rdl__crash_deadlock();
        }
        int64_t until = deadline_ns;
        if (verdict == UNSURE) {
            int64_t again = rdl__sched_now() + watch_ns;
            until = again < until ? again : until;
            watch_ns = watch_ns < WATCH_LONGEST_NS ? watch_ns * 2 : watch_ns;
        }
        rdl__os_wait(&w->wake, 0, until);
        if (atomic_load_explicit(&w->wake, memory_order_acquire) != 0) {
            break;
        }
        if (rdl__sched_now() >= deadline_ns) {
            if (leave_idle(w)) {
                return;
            }
            deadline_ns = OS_FOREVER;
        }
        verdict = verdict == UNSURE ? judge_again() : verdict;
    }
    atomic_store_explicit(&w->wake, 0, memory_order_relaxed); /* written again only while idle */
}

/* Who retires may have been woken to run a task, or have been the one that waits for the next timer;
 * with nobody else awake, both would be forgotten. */
static void pass_duties_on(void) {
    if (atomic_load_explicit(&rdl__rt.timers.next_ns, memory_order_seq_cst) != OS_FOREVER) {
        tell_timer_sleeper();
    }
    if (work_anywhere()) {
        rdl__idle_wake_one();
    }
}

static void sleep_until_work(struct worker *w) {
    if (w->index >= max_procs()) {
        rdl__runq_drain(w);
    }
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    if (atomic_load_explicit(&sched->n_global, memory_order_relaxed) != 0 &&
        w->index < max_procs()) {
        rdl__lock_release(&sched->lock);
        return;
    }
    /* Once w is in the list its `spinning` belongs to whoever takes it out. */
    bool was_spinning = w->spinning;
    w->spinning = false;
    int64_t deadline_ns = join_sleepers(w);
    bool retired = !w->idle;
    enum verdict verdict = judge();
    rdl__lock_release(&sched->lock);
    if (was_spinning) {
        atomic_fetch_sub_explicit(&sched->n_spinning, 1, memory_order_seq_cst);
    }
    atomic_thread_fence(memory_order_seq_cst);
    if (retired) {
        pass_duties_on();
    } else if (work_anywhere() && leave_idle(w)) {
        return;
    }
    wait_for_wake(w, deadline_ns, verdict);
    w->now_ns = rdl__sched_now();
}

struct task *rdl__idle_find_work(struct worker *w) {
    for (;;) {
        rdl__idle_wait_while_held();
        if (w->index < max_procs()) {
            struct task *t = look(w);
            if (t != NULL) {
                return t;
            }
        }
        sleep_until_work(w);
    }
}

/* -- stopping and changing the number of workers -- */

void rdl__idle_wait_while_held(void) {
    uint32_t held = atomic_load_explicit(&sched->hold, memory_order_acquire);
    while (held != 0) {
        rdl__os_wait(&sched->hold, held, OS_FOREVER);
        held = atomic_load_explicit(&sched->hold, memory_order_acquire);
    }
}

void rdl__sched_hold(void) {
    atomic_fetch_add_explicit(&sched->hold, 1, memory_order_seq_cst);
    rdl__os_barrier();
}

void rdl__sched_unhold(void) {
    if (atomic_fetch_sub_explicit(&sched->hold, 1, memory_order_seq_cst) == 1) {
        rdl__os_wake(&sched->hold, INT32_MAX);
    }
}

static void rouse_retired(uint32_t n) {
    struct worker *woken = NULL;
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    for (struct worker **at = &sched->retired; *at != NULL;) {
        struct worker *w = *at;
        if (w->index < n) {
            *at = w->idle_next;
            w->idle_next = woken;
            woken = w;
            sched->n_retired--;
        } else {
            at = &w->idle_next;
        }
    }
    rdl__lock_release(&sched->lock);
    while (woken != NULL) {
        struct worker *next = woken->idle_next;
        rouse(woken);
        woken = next;
    }
}

int rdl__sched_set_maxprocs(int n) {
    uint32_t wanted = n > WORKERS_MAX ? WORKERS_MAX : (uint32_t)n;
    uint32_t before = atomic_exchange_explicit(&sched->maxprocs, wanted, memory_order_seq_cst);
    if (wanted > before) {
        rouse_retired(wanted);
        rdl__idle_wake_one(); /* what waits for its turn need not wait for the next wake-up */
    }
    return (int)before;
}

static bool others_are_parked(uint32_t self) {
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    uint32_t asleep =
        atomic_load_explicit(&sched->n_idle, memory_order_relaxed) + sched->n_retired + self;
    bool parked = asleep == atomic_load_explicit(&sched->n_workers, memory_order_relaxed) &&
                  atomic_load_explicit(&sched->n_global, memory_order_relaxed) == 0;
    rdl__lock_release(&sched->lock);
    return parked;
}

void rdl__sched_settle(int64_t bound_ns) {
    struct worker *w = rdl__arch_thread()->worker;
    int64_t end_ns = rdl__sched_now() + bound_ns;
    _Atomic uint32_t never = 0;
    if (max_procs() < 2) {
        rdl__sched_set_maxprocs(2); /* this thread no longer runs tasks */
    }
    if (w != NULL) {
        rdl__runq_drain(w);
    }
    for (int64_t pause_ns = 20000; !others_are_parked(w != NULL); pause_ns += pause_ns / 2) {
        int64_t now = rdl__sched_now();
        if (now >= end_ns) {
            return;
        }
        rdl__idle_wake_one();
        rdl__os_wait(&never, 0, now + pause_ns < end_ns ? now + pause_ns : end_ns);
    }
}
