/* hold.c - stopping workers, and changing how many may run. */
#include "runtime/idle.h"
#include "runtime/runq.h"
#include "runtime/sched.h"
#include "runtime/worker.h"

#define PAUSE_FIRST_NS 20000
#define ALONE_NS       5000000 /* how long the end of the process waits for tasks to stop */

static struct rdl__sched *const sched = &rdl__rt.sched;

/* Every worker looks at what was changed before, at the latest when it next takes up a task. */
static void call_attention(void) {
    uint32_t n = atomic_load_explicit(&sched->n_workers, memory_order_seq_cst);
    for (uint32_t i = 0; i < n; i++) {
        struct worker *w = atomic_load_explicit(&sched->workers[i], memory_order_acquire);
        atomic_store_explicit(&w->attention, 1, memory_order_seq_cst);
    }
}

void rdl__sched_hold(void) {
    atomic_fetch_add_explicit(&sched->hold, 1, memory_order_seq_cst);
    call_attention();
    rdl__os_barrier();
}

void rdl__sched_unhold(void) {
    if (atomic_fetch_sub_explicit(&sched->hold, 1, memory_order_seq_cst) == 1) {
        rdl__os_wake(&sched->hold, INT32_MAX);
    }
}

/* Who runs stops at his next call, a moment from now; who makes none is not waited for longer. */
static void wait_until_alone(void) {
    struct worker *w = rdl__arch_thread()->worker;
    uint32_t own = w != NULL && rdl__worker_status(w) == WORKER_RUNNING;
    int64_t end_ns = rdl__sched_now() + ALONE_NS;
    _Atomic uint32_t never = 0;
    while (atomic_load_explicit(&sched->n_running, memory_order_acquire) > own &&
           rdl__sched_now() < end_ns) {
        rdl__os_wait(&never, 0, rdl__sched_now() + PAUSE_FIRST_NS);
    }
}

void rdl__sched_leave_others(struct task *only) {
    struct task *nobody = NULL;
    if (atomic_compare_exchange_strong_explicit(&sched->only, &nobody, only, memory_order_seq_cst,
                                                memory_order_relaxed)) {
        call_attention();
        rdl__os_barrier();
        wait_until_alone();
    }
}

int rdl__sched_set_maxprocs(int n) {
    uint32_t wanted = n > WORKERS_MAX ? WORKERS_MAX : (uint32_t)n;
    uint32_t before = atomic_exchange_explicit(&sched->maxprocs, wanted, memory_order_seq_cst);
    if (wanted < before) {
        call_attention();
    } else if (wanted > before) {
        rdl__idle_pass_on(); /* what waits for its turn need not wait for the next wake-up */
    }
    return (int)before;
}

void rdl__sched_settle(int64_t bound_ns) {
    struct worker *w = rdl__arch_thread()->worker;
    int64_t end_ns = rdl__sched_now() + bound_ns;
    _Atomic uint32_t never = 0;
    if (w != NULL) {
        rdl__worker_give_token(w);
    }
    for (int64_t pause_ns = PAUSE_FIRST_NS; !rdl__idle_are_others_asleep();
         pause_ns += pause_ns / 2) {
        int64_t now = rdl__sched_now();
        if (now >= end_ns) {
            return;
        }
        rdl__idle_wake_one();
        rdl__os_wait(&never, 0, now + pause_ns < end_ns ? now + pause_ns : end_ns);
    }
}
