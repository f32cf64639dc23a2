/* thread_lock.c - tasks that keep their thread, and tasks that block it: [GR-22, GR-25..28]. */
#include "runtime/crash.h"
#include "runtime/idle.h"
#include "runtime/panic.h"
#include "runtime/runq.h"
#include "runtime/sched.h"
#include "runtime/text.h"
#include "runtime/worker.h"

#include <errno.h>

#define CALLER    ((uintptr_t)__builtin_return_address(0))
#define LOCKS_MAX (1u << 24) /* so deep, it is a loop */

/* -- locking; a thread of the user's is its task's own anyway -- */

static void tie(struct task *self) {
    struct worker *w = rdl__arch_thread()->worker;
    if (self->kind != TASK_FOREIGN && self->locked++ == 0) {
        self->home = w;
        w->tied = self;
        atomic_store_explicit(&w->attention, 1, memory_order_relaxed); /* own */
    }
}

static void untie(struct task *self) {
    if (self->locked != 0 && --self->locked == 0) {
        self->home->tied = NULL;
        self->home = NULL;
    }
}

void rdl_lock_thread(void) {
    struct task *self = rdl__task_self();
    if (self->locked == LOCKS_MAX) {
        rdl__panic_text(TEXT_LOCK_OVERFLOW, CALLER);
    }
    tie(self);
}

void rdl_unlock_thread(void) {
    untie(rdl__task_self());
}

/* -- blocking -- */

/* The token and the queue of w are others' now. */
void rdl__worker_give_token(struct worker *w) {
    rdl__lock_acquire(&rdl__rt.sched.lock, RANK_SCHED);
    rdl__worker_drop_token(w, WORKER_BLOCKING);
    rdl__runq_drain_locked(w);
    rdl__lock_release(&rdl__rt.sched.lock);
    atomic_store_explicit(&w->attention, 1, memory_order_relaxed); /* own */
    rdl__idle_pass_on();
}

void rdl__sched_block_again(struct task *self) {
    int saved_errno = errno;
    atomic_store_explicit(&self->state, TASK_BLOCKING, memory_order_release);
    rdl__worker_give_token(rdl__arch_thread()->worker);
    errno = saved_errno;
}

/* The task stays on its thread until block_end, even when it parks in between: what it calls may
 * hold things of that thread. */
void rdl__sched_block_begin(struct task *self) {
    if (self->kind != TASK_FOREIGN && self->blocking++ == 0) {
        tie(self);
        rdl__sched_block_again(self);
    }
}

void rdl__sched_block_end(struct task *self) {
    if (self->kind == TASK_FOREIGN || --self->blocking != 0) {
        return;
    }
    int saved_errno = errno;
    bool may_go_on = rdl__worker_regain(rdl__arch_thread()->worker);
    atomic_store_explicit(&self->state, TASK_RUNNING, memory_order_release);
    untie(self);
    errno = saved_errno; /* before it may come to another thread: compilers keep errno's address */
    if (!may_go_on) {
        rdl__sched_yield(self);
    }
}

static void end_blocking(void *self) {
    rdl__sched_block_end(self);
}

void rdl_blocking(void (*fn)(void *), void *arg) {
    struct task *self = rdl__task_self();
    if (fn == NULL) {
        rdl__panic_null_function(CALLER);
    }
    rdl__defer d = rdl__defer_enter(&d, end_blocking, self); /* fn may panic */
    rdl__sched_block_begin(self);
    fn(arg);
    rdl__defer_leave(&d);
}
