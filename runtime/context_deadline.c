/* context_deadline.c - contexts that end at a time. */
#include "runtime/context.h"
#include "runtime/mem.h"
#include "runtime/monitor.h"
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/text.h"

#define CALLER ((uintptr_t)__builtin_return_address(0))

/* A task made by the timer, for the work may be long. It has the timer's reference, and knows what
 * the task that armed the deadline knew [HB-CX-01]. */
static void expire(void *context) {
    struct ctx_deadline *d = context;
    struct task *self = rdl__task_self();
    rdl__ctx_cancel(&d->cancel, self, RDL_DEADLINE_EXCEEDED, d->cause, d->timer.pc);
    rdl__ctx_drop(&d->cancel.ctx, self, d->timer.pc);
}

bool rdl__ctx_stop_deadline(struct ctx_deadline *d) {
    return rdl__timer_remove(&d->timer.timer);
}

/* The armed timer refers to d. It may expire before this returns. */
static void arm(struct ctx_deadline *d, struct task *self) {
    rdl__monitor_need();
    atomic_fetch_add_explicit(&d->cancel.ctx.refs, 1, memory_order_relaxed); /* ours */
    int64_t when_ns = d->deadline_ns < TIMER_NEVER ? d->deadline_ns : TIMER_NEVER;
    (void)rdl__timer_set_func(&d->timer, when_ns, self);
    rdl__ctx_lock(&d->cancel);
    bool too_late = atomic_load_explicit(&d->cancel.err, memory_order_relaxed) != 0 && /* locked */
                    rdl__ctx_stop_deadline(d);
    rdl__ctx_unlock(&d->cancel);
    if (too_late) {
        rdl__ctx_drop(&d->cancel.ctx, self, d->timer.pc);
    }
}

static rdl_ctx *with_deadline(rdl_ctx *parent, int64_t deadline_ns, const char *cause,
                              uintptr_t pc) {
    struct task *self = rdl__task_self();
    rdl__ctx_check_parent(parent, pc);
    struct ctx_deadline *above = parent->source != NULL ? parent->source->nearest : NULL;
    if (above != NULL && above->deadline_ns <= deadline_ns) { /* it comes first [CX-08] */
        struct ctx_cancel *c = rdl__ctx_new(self, parent, CTX_CANCEL, pc);
        rdl__ctx_join(c, self, pc);
        return &c->ctx;
    }
    struct ctx_deadline *d = rdl__ctx_new(self, parent, CTX_DEADLINE, pc);
    d->deadline_ns = deadline_ns;
    d->cause = cause != NULL ? rdl__ctx_copy_text(self, cause, pc) : NULL;
    d->timer = (struct timer_func){.fn = expire, .arg = d, .creator_id = self->id, .pc = pc};
    d->timer.timer.kind = TIMER_FUNC;
    rdl__ctx_join(&d->cancel, self, pc);
    if (deadline_ns <= rdl__sched_now()) {
        rdl__ctx_cancel(&d->cancel, self, RDL_DEADLINE_EXCEEDED, cause, pc);
    } else {
        arm(d, self);
    }
    return &d->cancel.ctx;
}

/* now + d, kept within what there is. */
static int64_t time_after(rdl_duration d) {
    int64_t at;
    if (__builtin_add_overflow(rdl__sched_now(), d, &at)) {
        at = d > 0 ? INT64_MAX : INT64_MIN;
    }
    return at;
}

rdl_ctx *rdl_ctx_with_deadline(rdl_ctx *parent, rdl_time deadline) {
    return with_deadline(parent, deadline, NULL, CALLER);
}

rdl_ctx *rdl_ctx_with_deadline_cause(rdl_ctx *parent, rdl_time deadline, const char *cause) {
    return with_deadline(parent, deadline, cause, CALLER);
}

rdl_ctx *rdl_ctx_with_timeout(rdl_ctx *parent, rdl_duration d) {
    return with_deadline(parent, time_after(d), NULL, CALLER);
}

rdl_ctx *rdl_ctx_with_timeout_cause(rdl_ctx *parent, rdl_duration d, const char *cause) {
    return with_deadline(parent, time_after(d), cause, CALLER);
}

bool rdl_ctx_deadline(rdl_ctx *ctx, rdl_time *deadline) {
    rdl__ctx_check(ctx, CALLER);
    const struct ctx_deadline *d = ctx->source != NULL ? ctx->source->nearest : NULL;
    if (d != NULL && deadline != NULL) {
        *deadline = d->deadline_ns;
    }
    return d != NULL;
}
