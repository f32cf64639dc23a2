/* context_signal.c - contexts that end when a signal comes. */
#include "runtime/context.h"
#include "runtime/crash.h"
#include "runtime/monitor.h"
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/signal.h"
#include "runtime/text.h"

#define CALLER ((uintptr_t)__builtin_return_address(0))

/* Go's names; others are `signal N`. */
static const char *const names[] = {
    [1] = "hangup",
    [2] = "interrupt",
    [3] = "quit",
    [4] = "illegal instruction",
    [5] = "trace/breakpoint trap",
    [6] = "aborted",
    [7] = "bus error",
    [8] = "floating point exception",
    [9] = "killed",
    [10] = "user defined signal 1",
    [11] = "segmentation fault",
    [12] = "user defined signal 2",
    [13] = "broken pipe",
    [14] = "alarm clock",
    [15] = "terminated",
};

#define CAUSE_BYTES 64

static char *append(char *to, const char *text) {
    while (*text != 0) {
        *to++ = *text++;
    }
    *to = 0;
    return to;
}

static char *append_name(char *to, int signo) {
    if (signo < (int)(sizeof(names) / sizeof(*names))) {
        return append(to, names[signo]);
    }
    char digits[] = {(char)('0' + signo / 10), (char)('0' + signo % 10), 0};
    return append(append(to, "signal "), digits);
}

/* A task of its own: signals are delivered where nothing may be freed or allocated. */
static void cancel_for_signal(void *context) {
    struct ctx_signal *s = context;
    struct task *self = rdl__task_self();
    char cause[CAUSE_BYTES]; /* `NAME signal received` [SG-04] */
    (void)append(append_name(cause, s->watch.signo), " signal received");
    rdl__ctx_cancel(&s->cancel, self, RDL_CANCELED, cause, s->timer.pc);
    rdl__ctx_drop(&s->cancel.ctx, self, s->timer.pc);
}

/* False: the last reference is gone, and who dropped it waits for the watch to end. */
static bool try_ref(rdl_ctx *ctx) {
    uint32_t refs = atomic_load_explicit(&ctx->refs, memory_order_relaxed); /* the swap decides */
    while (refs != 0 &&
           !atomic_compare_exchange_weak_explicit(&ctx->refs, &refs, refs + 1, memory_order_acq_rel,
                                                  memory_order_relaxed)) {
    }
    return refs != 0;
}

/* The first signal starts the task, which knows what the maker of the context knew: nothing is
 * known of who sent the signal [HB-SG-01]. */
static void signal_came(struct rdl__signal_watch *w) {
    struct ctx_signal *s =
        (struct ctx_signal *)(void *)((char *)w - offsetof(struct ctx_signal, watch));
    if (!s->came && try_ref(&s->cancel.ctx)) {
        s->came = true;
        if (rdl__timer_put(&s->timer.timer, rdl__sched_now())) {
            rdl__sched_timer_armed();
        }
    }
}

void rdl__ctx_end_watch(struct ctx_cancel *c) {
    if (c->ctx.kind != CTX_SIGNAL) {
        return;
    }
    struct ctx_signal *s = (struct ctx_signal *)c;
    if (atomic_exchange_explicit(&s->watching, false, memory_order_acq_rel)) {
        rdl__signal_unwatch(&s->watch);
    }
}

rdl_ctx *rdl_ctx_with_signal(rdl_ctx *parent, int signo) {
    struct task *self = rdl__task_self();
    uintptr_t pc = CALLER;
    rdl__ctx_check_parent(parent, pc);
    if (!rdl__signal_is_valid(signo)) {
        rdl__panic_text(TEXT_BAD_SIGNAL, pc);
    }
    if (!rdl__signal_prepare()) {
        rdl__crash_limit(LIMIT_POLLER, pc);
    }
    rdl__monitor_need();
    struct ctx_signal *s = rdl__ctx_new(self, parent, CTX_SIGNAL, pc);
    s->timer =
        (struct timer_func){.fn = cancel_for_signal, .arg = s, .creator_id = self->id, .pc = pc};
    s->timer.timer.kind = TIMER_FUNC;
    s->watch.fn = signal_came;
    s->watch.signo = signo;
    atomic_store_explicit(&s->watching, true, memory_order_release);
    rdl__ctx_join(&s->cancel, self, pc);
    rdl__emit_release(self->det, &s->timer.key);
    rdl__signal_watch(&s->watch);
    return &s->cancel.ctx;
}
