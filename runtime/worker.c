/* worker.c - making and ending the threads that run tasks, and counting tokens. */
#include "runtime/worker.h"

#include "runtime/crash.h"
#include "runtime/idle.h"
#include "runtime/monitor.h"
#include "runtime/runq.h"
#include "runtime/sched.h"

#define RETRY_NS     100000000 /* after a refusal no thread is asked for */
#define TRIES        10        /* when nobody else could serve */
#define TRY_PAUSE_NS 2000000

static struct rdl__sched *const sched = &rdl__rt.sched;

/* -- tokens -- */

void rdl__worker_take_token(struct worker *w) {
    atomic_fetch_add_explicit(&sched->n_running, 1, memory_order_seq_cst);
    atomic_store_explicit(&w->status, WORKER_RUNNING, memory_order_relaxed); /* lock held */
    if (sched->monitor_sleeps) {
        rdl__monitor_rouse();
    }
}

void rdl__worker_drop_token(struct worker *w, enum worker_status status) {
    if (rdl__worker_status(w) == WORKER_RUNNING) {
        atomic_fetch_sub_explicit(&sched->n_running, 1, memory_order_seq_cst);
    }
    atomic_store_explicit(&w->status, status, memory_order_relaxed); /* lock held */
}

bool rdl__worker_regain(struct worker *w) {
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    if (rdl__worker_status(w) != WORKER_RUNNING && rdl__worker_is_token_free()) {
        rdl__worker_take_token(w);
    }
    bool has = rdl__worker_status(w) == WORKER_RUNNING;
    rdl__lock_release(&sched->lock);
    return has;
}

/* -- slots -- */

static struct worker *take_gone(void) {
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    struct worker *w = sched->gone;
    if (w != NULL) {
        sched->gone = w->list_next;
        sched->n_asleep--;
        atomic_store_explicit(&w->status, WORKER_RUNNING, memory_order_relaxed); /* lock held */
        atomic_fetch_add_explicit(&sched->n_threads, 1, memory_order_relaxed);   /* a count */
    }
    rdl__lock_release(&sched->lock);
    return w;
}

struct worker *rdl__worker_new(void) {
    struct worker *w = take_gone();
    if (w != NULL) {
        return w;
    }
    w = rdl__os_map(sizeof(*w));
    if (w == NULL) {
        return NULL;
    }
    w->now_ns = rdl__sched_now();
    atomic_store_explicit(&w->attention, 1, memory_order_relaxed); /* nobody knows w yet */
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    uint32_t n = atomic_load_explicit(&sched->n_workers, memory_order_relaxed); /* lock held */
    if (n < WORKERS_MAX) {
        w->index = n;
        atomic_store_explicit(&sched->workers[n], w, memory_order_release);
        atomic_store_explicit(&sched->n_workers, n + 1, memory_order_seq_cst);
        atomic_fetch_add_explicit(&sched->n_threads, 1, memory_order_relaxed); /* a count */
    }
    rdl__lock_release(&sched->lock);
    if (n >= WORKERS_MAX) {
        rdl__crash_limit(LIMIT_OWN_THREADS, 0);
    }
    return w;
}

/* The slot is nobody's again; the token, if it has one, goes back. Lock held. */
static void retire(struct worker *w) {
    rdl__worker_drop_token(w, WORKER_GONE);
    w->thread = NULL;
    w->list_next = sched->gone;
    sched->gone = w;
    sched->n_asleep++;
}

/* -- threads -- */

/* Fewer threads than wished for is slower, not wrong; none at all is the end. */
static void give_up(struct worker *w) {
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    retire(w);
    atomic_fetch_sub_explicit(&sched->n_threads, 1, memory_order_relaxed); /* a count */
    sched->retry_ns = rdl__sched_now() + RETRY_NS;
    bool nobody = atomic_load_explicit(&sched->n_running, memory_order_relaxed) == 0;
    rdl__lock_release(&sched->lock);
    atomic_fetch_sub_explicit(&sched->n_spinning, 1, memory_order_seq_cst);
    if (nobody) {
        rdl__crash_limit(LIMIT_THREADS, 0);
    }
}

/* The detector takes threads made by nobody for ours, and does not watch them. */
void rdl__worker_make_thread(struct worker *w) {
    struct det_task *current = rdl__emit_current();
    rdl__emit_switch(NULL);
    bool made = rdl__os_thread(rdl__sched_worker_main, w);
    _Atomic uint32_t never = 0;
    for (int i = 1; i < TRIES && !made; i++) {
        if (atomic_load_explicit(&sched->n_running, memory_order_relaxed) > 1) { /* a guess */
            break;
        }
        rdl__os_wait(&never, 0, rdl__sched_now() + i * TRY_PAUSE_NS);
        made = rdl__os_thread(rdl__sched_worker_main, w);
    }
    rdl__emit_switch(current);
    if (!made) {
        give_up(w);
    }
}

/* A thread inherits much from its maker: one that is locked to a task may have been changed by it,
 * and the user's may be anything. So those leave it to the monitor [GR-27]. */
static bool is_clean(const struct rdl__thread *thread) {
    return thread->worker != NULL && thread->worker->tied == NULL;
}

void rdl__worker_start(void) {
    struct rdl__thread *thread = rdl__arch_thread();
    struct worker *w = rdl__worker_new();
    if (w == NULL) {
        rdl__crash_limit(LIMIT_MEMORY, 0);
    }
    w->spinning = true;
    if (!is_clean(thread) && !thread->is_monitor && rdl__monitor_start()) {
        rdl__lock_acquire(&sched->lock, RANK_SCHED);
        w->list_next = sched->to_start;
        sched->to_start = w;
        rdl__monitor_rouse();
        rdl__lock_release(&sched->lock);
    } else {
        rdl__worker_make_thread(w);
    }
}

void rdl__worker_end(struct worker *w) {
    struct rdl__thread *thread = rdl__arch_thread();
    bool initial = w->initial;
    rdl__runq_drain(w);
    if (w->spinning) {
        w->spinning = false;
        atomic_fetch_sub_explicit(&sched->n_spinning, 1, memory_order_seq_cst);
    }
    w->tied = NULL;
    w->ending = false;
    w->initial = false;
    thread->worker = NULL;
    atomic_store_explicit(&w->attention, 1, memory_order_relaxed); /* own still */
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    retire(w); /* from here on w may be another thread's */
    if (!initial) {
        atomic_fetch_sub_explicit(&sched->n_threads, 1, memory_order_relaxed); /* a count */
    }
    rdl__lock_release(&sched->lock);
    rdl__idle_wake_one(); /* whatever is left to do; and when that is nothing, he is the last */
    if (initial) {
        rdl__crash_wait();
    }
}
