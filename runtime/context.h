/* context.h - contexts: a tree through which one cancellation reaches all below.
 *
 * Model   each node refers to its parent. Those that can be cancelled are also in their nearest such
 *         ancestor's list of children, as long as neither is done; together they are a tree of their
 *         own, and the lock of its topmost node guards all of it. So a cancel is one step to
 *         everybody else: whoever cancels within the same tree returns when all below are done
 *         [CX-05], and there is no order among locks to get wrong.
 * Life    a node lives while it is referenced: by its creator, by rdl_ctx_ref, by its children, by
 *         its armed deadline. Lists hold no references: who is in one is not done, and a node is
 *         done before it goes.
 * Laws    err is not 0 exactly when the node is in no list and has no children in its own.
 *         done is closed before err is seen without ERR_CLOSING [CX-03].
 */
#ifndef RDL__CONTEXT_H
#define RDL__CONTEXT_H

#include "runtime/chan.h"
#include "runtime/signal.h"
#include "runtime/timer.h"

enum ctx_magic { CTX_LIVE = 0x78746364, CTX_FREED = 0x64656164 };

enum ctx_kind {
    CTX_BACKGROUND,
    CTX_VALUE,
    CTX_WITHOUT_CANCEL,
    CTX_CANCEL,
    CTX_GROUP, /* of an errgroup, which alone cancels it */
    CTX_DEADLINE,
    CTX_SIGNAL
};

struct rdl_ctx {
    uint32_t magic;
    uint8_t kind;
    _Atomic uint32_t refs;
    rdl_ctx *parent;           /* referenced */
    struct ctx_cancel *source; /* the nearest that can be cancelled, itself included; or NULL */
};

struct ctx_value {
    rdl_ctx ctx;
    const void *key;
    void *value;
};

#define ERR_CLOSING 0x100u /* whoever sees it waits for the lock */

/* A context that can be cancelled. */
struct ctx_cancel {
    rdl_ctx ctx;
    struct ctx_cancel *tree; /* the topmost: its lock guards what follows */
    rdl__lock lock;
    _Atomic uint32_t err;     /* 0, RDL_CANCELED, RDL_DEADLINE_EXCEEDED; and ERR_CLOSING */
    _Atomic(rdl_chan *) done; /* NULL: nobody has asked yet */
    bool owns_done;
    uint8_t key;                    /* carries the clock of the winning cancel [HB-CX-01] */
    const char *cause;              /* once err is set; of origin, or constant */
    char *given_cause;              /* what cause points to, if it was given here */
    struct ctx_cancel *origin;      /* once err is set: whose cancel it was */
    struct ctx_cancel *first;       /* children */
    struct ctx_cancel *next, *prev; /* siblings, or others that are being cancelled */
    struct ctx_cancel *above;       /* in whose list it is, or NULL */
    struct ctx_hook *hooks;         /* newest first */
    struct ctx_deadline *nearest;   /* deadline of its own or of an ancestor, or NULL */
};

struct ctx_deadline {
    struct ctx_cancel cancel;
    int64_t deadline_ns;
    char *cause; /* if the deadline is what cancels it; or NULL */
    struct timer_func timer;
};

struct ctx_signal {
    struct ctx_cancel cancel;
    struct rdl__signal_watch watch; /* until the creator cancels or frees: not only until it came */
    _Atomic bool watching;
    bool came;               /* of the watch's fn */
    struct timer_func timer; /* due as soon as the signal comes */
};

/* A function that runs once a context is done. Its memory stays the runtime's: an id of the past can
 * always be looked up. */
struct ctx_hook {
    struct ctx_hook *next, *prev; /* of its context, or of those to run, or of the pool */
    _Atomic uint64_t id;          /* 0: not pending; never the same twice */
    _Atomic(struct ctx_cancel *) source;
    uint32_t index, generation;
    void (*fn)(void *);
    void *arg;
    uintptr_t pc;
    uint8_t key; /* carries the clock of the registration */
};

/* -- context.c: the tree -- */

/* Checks a handle. */
void rdl__ctx_check(const rdl_ctx *ctx, uintptr_t pc);
void rdl__ctx_check_parent(const rdl_ctx *parent, uintptr_t pc);

/* A context of that kind, zero but for what all have: with the creator's reference, and one to its
 * parent. */
void *rdl__ctx_new(struct task *self, rdl_ctx *parent, enum ctx_kind kind, uintptr_t pc);

/* Makes c, just made by rdl__ctx_new, a node of its parent's tree; done if the parent is. */
void rdl__ctx_join(struct ctx_cancel *c, struct task *self, uintptr_t pc);

/* The context of an errgroup that is made at pc. */
rdl_ctx *rdl__ctx_of_group(rdl_ctx *parent, struct task *self, uintptr_t pc);

/* A copy that rdl__mem_free frees. */
char *rdl__ctx_copy_text(struct task *self, const char *text, uintptr_t pc);

/* Cancels c and all below, unless it is done. cause is copied; NULL: the error's text. */
void rdl__ctx_cancel(struct ctx_cancel *c, struct task *self, uint32_t err, const char *cause,
                     uintptr_t pc);

/* Drops a reference. */
void rdl__ctx_drop(rdl_ctx *ctx, struct task *self, uintptr_t pc);

/* 0, or why c is done: seen by self. */
uint32_t rdl__ctx_observe(struct ctx_cancel *c, struct task *self);

void rdl__ctx_lock(struct ctx_cancel *c);
void rdl__ctx_unlock(struct ctx_cancel *c);

/* -- context_deadline.c -- */

/* Stops the timer of d. True: its reference is the caller's to drop. Lock held. */
bool rdl__ctx_stop_deadline(struct ctx_deadline *d);

/* -- context_signal.c -- */

/* The signal has its old action again, if c is a context of one. No lock is held. */
void rdl__ctx_end_watch(struct ctx_cancel *c);

/* -- context_hook.c -- */

/* c is being cancelled: its hooks are not pending any more, and go in front of *run. Lock held. */
void rdl__ctx_take_hooks(struct ctx_cancel *c, struct ctx_hook **run);

/* Starts a task for each, which knows what origin's cancel knew. */
void rdl__ctx_run_hooks(struct ctx_hook *run, const struct ctx_cancel *origin, struct task *self);

#endif
