/* panic.c - how deferred calls run, and where a panic ends. */
#include "runtime/panic.h"

#include <stdarg.h>
#include <stdio.h>

#include "runtime/chan.h"
#include "runtime/crash.h"
#include "runtime/sched.h"
#include "runtime/sync.h"
#include "runtime/text.h"

#define CALLER ((uintptr_t)__builtin_return_address(0))

/* A protected call under way. */
struct rdl__try {
    struct rdl__try *outer;
    rdl__defer *defers;        /* those made before it stay */
    struct rdl__panic *panics; /* those that were under way before it stay */
    void *mark;                /* where rdl__arch_jump returns to */
    rdl_panic_info *info;
    uint32_t depth; /* of the detector's shadow stack */
};

/* -- deferred calls -- */

static rdl__defer enter(rdl__defer *d, void (*fn)(void *), void *arg, uintptr_t kind) {
    struct task *self = rdl__task_self();
    *d = (rdl__defer){.fn = fn, .arg = arg, .below = self->defers, .state = DEFER_PENDING | kind};
    self->defers = d;
    return *d; /* raddle.h initialises *d with itself: a declaration cannot name its own address
                  otherwise */
}

rdl__defer rdl__defer_enter(rdl__defer *d, void (*fn)(void *), void *arg) {
    return enter(d, fn, arg, 0);
}

rdl__defer rdl__defer_enter_unlock(rdl__defer *d, rdl_mutex *mu) {
    return enter(d, NULL, mu, DEFER_UNLOCK);
}

rdl__defer rdl__defer_enter_done(rdl__defer *d, rdl_waitgroup *wg) {
    return enter(d, NULL, wg, DEFER_DONE);
}

rdl__defer rdl__defer_enter_close(rdl__defer *d, rdl_chan *ch) {
    return enter(d, NULL, ch, DEFER_CLOSE);
}

/* Runs the newest deferred call; it is off the stack first, so that it never runs twice. */
static void run_newest(struct task *self, bool by_panic, uintptr_t pc) {
    rdl__defer *d = self->defers;
    uintptr_t state = d->state;
    self->defers = d->below;
    d->state &= ~(uintptr_t)DEFER_PENDING;
    if (by_panic && (state & DEFER_NOT_BY_PANIC) != 0) {
        return;
    }
    if ((state & DEFER_UNLOCK) != 0) {
        rdl__mutex_unlock(d->arg, self, false, pc);
    } else if ((state & DEFER_DONE) != 0) {
        rdl__waitgroup_add(d->arg, self, -1, pc);
    } else if ((state & DEFER_CLOSE) != 0) {
        rdl__chan_close(d->arg, self, pc);
    } else {
        d->fn(d->arg);
    }
}

void rdl__defer_leave(rdl__defer *d) {
    struct task *self = rdl__task_self();
    uintptr_t pc = CALLER;
    if ((d->state & DEFER_PENDING) == 0) {
        return;
    }
    if (self->defers != d) {
        rdl__crash_misuse(TEXT_DEFER_SKIPPED, pc);
    }
    run_newest(self, false, pc);
}

/* -- panics -- */

/* The rdl_goexit that p interrupts and whose way leads through `t`: recovering p there lets it go
 * on, not the protected call [GR-11 (c)]. */
static struct rdl__panic *goexit_through(const struct rdl__try *t, struct rdl__panic *p) {
    for (p = p->older; p != t->panics; p = p->older) {
        if (p->is_goexit) {
            return p;
        }
    }
    return NULL;
}

static _Noreturn void recover(struct task *self, struct rdl__try *t, struct rdl__panic *p) {
    if (t->info != NULL) {
        t->info->value = NULL;
        rdl__arch_copy(t->info->message, p->message, sizeof(p->message));
    }
    self->panics = t->panics;
    self->tries = t->outer;
    rdl__arch_jump(t->mark);
}

/* Runs all that is deferred, leaving each protected call behind when what was deferred inside it has
 * run: until then it still catches what a deferred call panics with. */
static _Noreturn void finish_goexit(struct task *self, struct rdl__panic *p) {
    for (;;) {
        while (self->tries != NULL && self->tries->defers == self->defers) {
            self->tries = self->tries->outer;
        }
        if (self->defers == NULL) {
            rdl__task_end(self);
        }
        run_newest(self, false, p->pc);
    }
}

static _Noreturn void raise_panic(struct task *self, struct rdl__panic *p) {
    p->older = self->panics;
    p->is_goexit = false;
    self->panics = p;
    for (;;) {
        struct rdl__try *t = self->tries;
        rdl__defer *until = t != NULL ? t->defers : NULL;
        while (self->defers != until) {
            run_newest(self, true, p->pc);
        }
        if (t == NULL) {
            rdl__crash_panic(p);
        }
        struct rdl__panic *goexit = goexit_through(t, p);
        if (goexit == NULL) {
            recover(self, t, p);
        }
        self->panics = goexit;
        finish_goexit(self, goexit);
    }
}

_Noreturn void rdl__panic_text(const char *text, uintptr_t pc) {
    struct task *self = rdl__task_self();
    struct rdl__panic p;
    p.pc = pc;
    size_t i = 0;
    for (; text[i] != 0 && i + 1 < sizeof(p.message); i++) {
        p.message[i] = text[i];
    }
    p.message[i] = 0;
    raise_panic(self, &p);
}

static _Noreturn void raise_formatted(uintptr_t pc, const char *format, va_list args) {
    struct task *self = rdl__task_self();
    struct rdl__panic p;
    p.pc = pc;
    rdl__emit_switch(NULL);
    vsnprintf(p.message, sizeof(p.message), format, args);
    rdl__emit_switch(self->det);
    raise_panic(self, &p);
}

_Noreturn void rdl__panic_format(uintptr_t pc, const char *format, ...) {
    va_list args;
    va_start(args, format);
    raise_formatted(pc, format, args);
}

_Noreturn void rdl_panic(const char *format, ...) {
    va_list args;
    va_start(args, format);
    raise_formatted(CALLER, format, args);
}

_Noreturn void rdl__panic_go_nil(uintptr_t pc) {
    rdl__crash_misuse(TEXT_GO_NIL, pc);
}

bool rdl_try(void (*fn)(void *), void *arg, rdl_panic_info *info) {
    struct task *self = rdl__task_self();
    struct rdl__try t = {.outer = self->tries,
                         .defers = self->defers,
                         .panics = self->panics,
                         .info = info,
                         .depth = rdl__emit_on() ? rdl__events->call_depth(self->det) : 0};
    self->tries = &t;
    if (rdl__arch_try(&t.mark, fn, arg) != 0) {
        EMIT(call_unwind(self->det, t.depth));
        return false;
    }
    self->tries = t.outer;
    return true;
}

_Noreturn void rdl_goexit(void) {
    struct task *self = rdl__task_self();
    struct rdl__panic p;
    p.pc = CALLER;
    p.is_goexit = true;
    if (self->kind == TASK_FOREIGN) {
        rdl__crash_misuse(TEXT_GOEXIT_FOREIGN, p.pc);
    }
    p.older = self->panics;
    self->panics = &p;
    finish_goexit(self, &p);
}
