/* context.c - the tree of contexts: joining it, cancelling a part of it, and leaving it. */
#include "runtime/context.h"

#include "runtime/crash.h"
#include "runtime/mem.h"
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/text.h"

#define CALLER ((uintptr_t)__builtin_return_address(0))

/* -- handles -- */

void rdl__ctx_check(const rdl_ctx *ctx, uintptr_t pc) {
    if (ctx == NULL) {
        rdl__panic_text(TEXT_NULL_OBJECT, pc);
    }
    if (__builtin_expect(ctx->magic != CTX_LIVE, 0)) {
        rdl__crash_misuse(TEXT_FREED_CTX, pc);
    }
}

void rdl__ctx_check_parent(const rdl_ctx *parent, uintptr_t pc) {
    if (parent == NULL) {
        rdl__panic_text(TEXT_NIL_PARENT, pc);
    }
    rdl__ctx_check(parent, pc);
}

rdl_ctx *rdl_ctx_background(void) {
    static const rdl_ctx background = {.magic = CTX_LIVE, .kind = CTX_BACKGROUND};
    return (rdl_ctx *)&background; /* nobody writes to it: it has no references to count */
}

void rdl__ctx_lock(struct ctx_cancel *c) {
    rdl__lock_acquire(&c->tree->lock, RANK_CTX);
}

void rdl__ctx_unlock(struct ctx_cancel *c) {
    rdl__lock_release(&c->tree->lock);
}

/* -- texts and references -- */

char *rdl__ctx_copy_text(struct task *self, const char *text, uintptr_t pc) {
    size_t bytes = 1;
    while (text[bytes - 1] != 0) {
        bytes++;
    }
    char *copy = rdl__mem_new(self, bytes, pc);
    rdl__mem_copy(copy, text, bytes);
    return copy;
}

static void add_ref(rdl_ctx *ctx) {
    if (ctx->kind != CTX_BACKGROUND) {
        atomic_fetch_add_explicit(&ctx->refs, 1, memory_order_relaxed); /* the caller has one */
    }
}

/* True: it was the last. */
static bool drop_ref(rdl_ctx *ctx) {
    return ctx->kind != CTX_BACKGROUND &&
           atomic_fetch_sub_explicit(&ctx->refs, 1, memory_order_acq_rel) == 1;
}

static void free_cancel(struct ctx_cancel *c, struct task *self, uintptr_t pc) {
    if (c->owns_done) {
        rdl__chan_destroy(atomic_load_explicit(&c->done, memory_order_acquire), self, pc);
    }
    if (c->given_cause != NULL) {
        rdl__mem_free(self, c->given_cause);
    }
    if (c->ctx.kind == CTX_DEADLINE && ((struct ctx_deadline *)c)->cause != NULL) {
        rdl__mem_free(self, ((struct ctx_deadline *)c)->cause);
    }
}

static size_t bytes_of(const rdl_ctx *ctx) {
    static const size_t bytes[] = {
        [CTX_VALUE] = sizeof(struct ctx_value),       [CTX_WITHOUT_CANCEL] = sizeof(rdl_ctx),
        [CTX_CANCEL] = sizeof(struct ctx_cancel),     [CTX_GROUP] = sizeof(struct ctx_cancel),
        [CTX_DEADLINE] = sizeof(struct ctx_deadline), [CTX_SIGNAL] = sizeof(struct ctx_signal)};
    return bytes[ctx->kind];
}

/* A loop: a chain of a million parents must not need a million frames. */
void rdl__ctx_drop(rdl_ctx *ctx, struct task *self, uintptr_t pc) {
    while (drop_ref(ctx)) {
        rdl_ctx *parent = ctx->parent;
        if (ctx->kind >= CTX_CANCEL) {
            /* Dropped without rdl_ctx_free, by who had only borrowed it: it must leave the tree. */
            rdl__ctx_cancel((struct ctx_cancel *)ctx, self, RDL_CANCELED, NULL, pc);
            rdl__ctx_end_watch((struct ctx_cancel *)ctx);
            free_cancel((struct ctx_cancel *)ctx, self, pc);
        }
        ctx->magic = CTX_FREED;
        EMIT(memory_forget((uintptr_t)ctx, bytes_of(ctx))); /* its keys */
        rdl__mem_free(self, ctx);
        ctx = parent;
    }
}

/* -- making -- */

void *rdl__ctx_new(struct task *self, rdl_ctx *parent, enum ctx_kind kind, uintptr_t pc) {
    const rdl_ctx shape = {.magic = CTX_LIVE, .kind = (uint8_t)kind};
    rdl_ctx *ctx = rdl__mem_new(self, bytes_of(&shape), pc);
    rdl__arch_zero(ctx, bytes_of(&shape));
    ctx->magic = shape.magic;
    ctx->kind = shape.kind;
    atomic_store_explicit(&ctx->refs, 1, memory_order_relaxed); /* nobody knows it yet */
    ctx->parent = parent;
    ctx->source = kind >= CTX_CANCEL           ? (struct ctx_cancel *)ctx
                  : kind == CTX_WITHOUT_CANCEL ? NULL
                                               : parent->source;
    add_ref(parent);
    return ctx;
}

static void link_child(struct ctx_cancel *parent, struct ctx_cancel *c) {
    c->above = parent;
    c->next = parent->first;
    if (parent->first != NULL) {
        parent->first->prev = c;
    }
    parent->first = c;
}

static void unlink_child(struct ctx_cancel *c) {
    if (c->prev != NULL) {
        c->prev->next = c->next;
    } else {
        c->above->first = c->next;
    }
    if (c->next != NULL) {
        c->next->prev = c->prev;
    }
    c->above = NULL;
}

/* The cancel that ended the parent is what ends c [CX-07]; its done channel is the parent's, which
 * that cancel has closed. Lock held. */
static void be_born_done(struct ctx_cancel *c, struct ctx_cancel *parent) {
    c->origin = parent->origin;
    c->cause = parent->cause;
    atomic_store_explicit(&c->done, atomic_load_explicit(&parent->done, memory_order_acquire),
                          memory_order_release);
    atomic_store_explicit(&c->err, atomic_load_explicit(&parent->err, memory_order_acquire),
                          memory_order_release);
}

static void tell_of(struct ctx_cancel *c, enum ev_object_kind kind, struct task *self,
                    uintptr_t pc) {
    EMIT(object_new(self->det, kind, (uintptr_t)c, sizeof *c, pc));
}

/* One that nobody ends is told when the process does. */
static void tell_of_new(struct ctx_cancel *c, struct task *self, uintptr_t pc) {
    tell_of(c, c->ctx.kind == CTX_GROUP ? EV_OBJECT_ERRGROUP : EV_OBJECT_CONTEXT, self, pc);
}

void rdl__ctx_join(struct ctx_cancel *c, struct task *self, uintptr_t pc) {
    struct ctx_cancel *parent = c->ctx.parent->source;
    c->tree = parent != NULL ? parent->tree : c;
    c->nearest = c->ctx.kind == CTX_DEADLINE ? (struct ctx_deadline *)c
                 : parent != NULL            ? parent->nearest
                                             : NULL;
    rdl_chan *done = NULL;
    if (rdl__emit_on()) {
        /* Made late it could not tell receivers of the cancel: its close carries that. */
        done = rdl__chan_make_done(self, pc);
        done->ends_by_time = c->nearest != NULL;
    }
    atomic_store_explicit(&c->done, done, memory_order_relaxed); /* nobody knows it yet */
    c->owns_done = done != NULL;
    if (parent == NULL) {
        tell_of_new(c, self, pc);
        return;
    }
    rdl__ctx_lock(c);
    if (atomic_load_explicit(&parent->err, memory_order_acquire) == 0) {
        link_child(parent, c);
    } else {
        be_born_done(c, parent);
        c->owns_done = false;
    }
    rdl__ctx_unlock(c);
    if (c->owns_done) {
        tell_of_new(c, self, pc);
    }
    if (done != NULL && !c->owns_done) {
        rdl__chan_destroy(done, self, pc);
    }
}

static rdl_ctx *with_cancel(rdl_ctx *parent, enum ctx_kind kind, struct task *self, uintptr_t pc) {
    rdl__ctx_check_parent(parent, pc);
    struct ctx_cancel *c = rdl__ctx_new(self, parent, kind, pc);
    rdl__ctx_join(c, self, pc);
    return &c->ctx;
}

rdl_ctx *rdl_ctx_with_cancel(rdl_ctx *parent) {
    return with_cancel(parent, CTX_CANCEL, rdl__task_self(), CALLER);
}

rdl_ctx *rdl__ctx_of_group(rdl_ctx *parent, struct task *self, uintptr_t pc) {
    return with_cancel(parent, CTX_GROUP, self, pc);
}

/* -- cancelling -- */

/* What is left to do when the lock is released: none of it may happen under one. */
struct aftermath {
    struct task *woken, **woken_end;
    struct ctx_hook *hooks;
    struct ctx_cancel *unreferenced; /* linked by next */
};

/* Marks c, which is in no list any more, as done; lock held. */
static void end(struct ctx_cancel *c, struct ctx_cancel *origin, struct task *self, uint32_t err,
                struct aftermath *after, uintptr_t pc) {
    c->origin = origin;
    c->cause = origin->cause;
    atomic_store_explicit(&c->err, err | ERR_CLOSING, memory_order_release);
    rdl_chan *done = atomic_load_explicit(&c->done, memory_order_relaxed); /* lock held */
    if (done != NULL) {
        rdl__chan_close_quietly(done, self, pc, &after->woken_end);
    }
    rdl__ctx_take_hooks(c, &after->hooks);
    tell_of(c, EV_OBJECT_DONE_CONTEXT, self, pc);
    atomic_store_explicit(&c->err, err, memory_order_release);
    if (c->ctx.kind == CTX_DEADLINE && rdl__ctx_stop_deadline((struct ctx_deadline *)c) &&
        drop_ref(&c->ctx)) {
        c->next = after->unreferenced;
        after->unreferenced = c;
    }
}

/* Takes the children of c from it, in front of rest. */
static struct ctx_cancel *orphans(struct ctx_cancel *c, struct ctx_cancel *rest) {
    for (struct ctx_cancel *child = c->first; child != NULL;) {
        struct ctx_cancel *next = child->next;
        child->above = NULL;
        child->next = rest;
        rest = child;
        child = next;
    }
    c->first = NULL;
    return rest;
}

/* c and all below, one after the other: the depth of a tree is no depth of calls. Lock held. */
static void end_all(struct ctx_cancel *c, struct task *self, uint32_t err, struct aftermath *after,
                    uintptr_t pc) {
    if (c->above != NULL) {
        unlink_child(c);
    }
    c->next = NULL;
    rdl__emit_release(self->det, &c->key);
    for (struct ctx_cancel *node = c; node != NULL;) {
        struct ctx_cancel *rest = orphans(node, node->next);
        end(node, c, self, err, after, pc);
        node = rest;
    }
}

static void clean_up(struct aftermath *after, struct ctx_cancel *origin, struct task *self,
                     uintptr_t pc) {
    rdl__sched_ready_all(after->woken, true);
    rdl__ctx_run_hooks(after->hooks, origin, self);
    while (after->unreferenced != NULL) {
        struct ctx_cancel *c = after->unreferenced;
        after->unreferenced = c->next;
        atomic_store_explicit(&c->ctx.refs, 1, memory_order_relaxed); /* nobody else knows it */
        rdl__ctx_drop(&c->ctx, self, pc);
    }
}

void rdl__ctx_cancel(struct ctx_cancel *c, struct task *self, uint32_t err, const char *cause,
                     uintptr_t pc) {
    struct aftermath after = {.woken_end = &after.woken};
    char *copy = cause != NULL ? rdl__ctx_copy_text(self, cause, pc) : NULL;
    rdl__ctx_lock(c);
    bool wins = atomic_load_explicit(&c->err, memory_order_relaxed) == 0; /* lock held */
    if (wins) {
        c->given_cause = copy;
        c->cause = copy != NULL ? copy : err == RDL_CANCELED ? TEXT_CANCELED : TEXT_EXCEEDED;
        end_all(c, self, err, &after, pc);
    }
    rdl__ctx_unlock(c);
    if (!wins && copy != NULL) {
        rdl__mem_free(self, copy);
    }
    clean_up(&after, c, self, pc);
}

static struct ctx_cancel *check_cancel(rdl_ctx *ctx, uintptr_t pc) {
    rdl__ctx_check(ctx, pc);
    if (ctx->kind < CTX_CANCEL) {
        rdl__panic_text(TEXT_NO_CANCEL, pc);
    }
    return (struct ctx_cancel *)ctx;
}

static void cancel_by_user(rdl_ctx *ctx, const char *cause, uintptr_t pc) {
    struct task *self = rdl__task_self();
    struct ctx_cancel *c = check_cancel(ctx, pc);
    rdl__sched_check(self);
    rdl__ctx_cancel(c, self, RDL_CANCELED, cause, pc);
    rdl__ctx_end_watch(c);
}

void rdl_ctx_cancel(rdl_ctx *ctx) {
    cancel_by_user(ctx, NULL, CALLER);
}

void rdl_ctx_cancel_cause(rdl_ctx *ctx, const char *cause) {
    cancel_by_user(ctx, cause, CALLER);
}

/* -- references of users -- */

rdl_ctx *rdl_ctx_ref(rdl_ctx *ctx) {
    rdl__ctx_check(ctx, CALLER);
    add_ref(ctx);
    return ctx;
}

void rdl_ctx_unref(rdl_ctx *ctx) {
    if (ctx != NULL) {
        rdl__ctx_check(ctx, CALLER);
        rdl__ctx_drop(ctx, rdl__task_self(), CALLER);
    }
}

void rdl_ctx_free(rdl_ctx *ctx) {
    struct task *self = rdl__task_self();
    uintptr_t pc = CALLER;
    if (ctx == NULL) {
        return;
    }
    rdl__ctx_check(ctx, pc);
    if (ctx->kind >= CTX_CANCEL) {
        rdl__ctx_cancel((struct ctx_cancel *)ctx, self, RDL_CANCELED, NULL, pc);
        rdl__ctx_end_watch((struct ctx_cancel *)ctx);
    }
    rdl__ctx_drop(ctx, self, pc);
}

/* -- observing -- */

uint32_t rdl__ctx_observe(struct ctx_cancel *c, struct task *self) {
    uint32_t err = atomic_load_explicit(&c->err, memory_order_acquire);
    if (err == 0) {
        return 0;
    }
    if ((err & ERR_CLOSING) != 0) {
        rdl__ctx_lock(c);
        rdl__ctx_unlock(c);
    }
    rdl__emit_acquire(self->det, &c->origin->key); /* [HB-CX-01] */
    return err & ~ERR_CLOSING;
}

int rdl_ctx_err(rdl_ctx *ctx) {
    struct task *self = rdl__task_self();
    rdl__ctx_check(ctx, CALLER);
    rdl__sched_check(self);
    return ctx->source != NULL ? (int)rdl__ctx_observe(ctx->source, self) : 0;
}

const char *rdl_ctx_cause(rdl_ctx *ctx) {
    struct task *self = rdl__task_self();
    rdl__ctx_check(ctx, CALLER);
    rdl__sched_check(self);
    bool is_done = ctx->source != NULL && rdl__ctx_observe(ctx->source, self) != 0;
    return is_done ? ctx->source->cause : NULL;
}

/* Closed, and nobody's: for all contexts that were done before anybody asked for their channel. */
static rdl_chan *closed_chan(struct task *self, uintptr_t pc) {
    _Atomic(rdl_chan *) *place = &rdl__rt.contexts.closed;
    rdl_chan *ch = atomic_load_explicit(place, memory_order_acquire);
    if (ch == NULL) {
        struct task *nobody = NULL;
        struct task **end = &nobody;
        rdl_chan *fresh = rdl__chan_make_done(self, pc);
        rdl__chan_close_quietly(fresh, self, pc, &end);
        if (atomic_compare_exchange_strong_explicit(place, &ch, fresh, memory_order_acq_rel,
                                                    memory_order_acquire)) {
            return fresh;
        }
        rdl__chan_destroy(fresh, self, pc);
    }
    return ch;
}

static rdl_chan *make_done(struct ctx_cancel *c, struct task *self, uintptr_t pc) {
    bool is_done = atomic_load_explicit(&c->err, memory_order_acquire) != 0;
    rdl_chan *fresh = is_done ? closed_chan(self, pc) : rdl__chan_make_done(self, pc);
    struct task *nobody = NULL;
    struct task **end = &nobody;
    rdl__ctx_lock(c);
    rdl_chan *done = atomic_load_explicit(&c->done, memory_order_relaxed); /* lock held */
    bool is_first = done == NULL;
    if (is_first) {
        done = fresh;
        c->owns_done = !is_done;
        if (!is_done && atomic_load_explicit(&c->err, memory_order_relaxed) != 0) { /* lock held */
            rdl__chan_close_quietly(done, self, pc, &end);
        }
        atomic_store_explicit(&c->done, done, memory_order_release);
    }
    rdl__ctx_unlock(c);
    if (!is_first && !is_done) {
        rdl__chan_destroy(fresh, self, pc);
    }
    return done;
}

rdl_chan *rdl_ctx_done(rdl_ctx *ctx) {
    struct task *self = rdl__task_self();
    rdl__ctx_check(ctx, CALLER);
    struct ctx_cancel *c = ctx->source;
    if (c == NULL) {
        return NULL;
    }
    rdl_chan *done = atomic_load_explicit(&c->done, memory_order_acquire);
    return done != NULL ? done : make_done(c, self, CALLER);
}
