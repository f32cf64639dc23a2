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
    uintptr_t sp;   /* of the frame that called rdl_try */
    uint32_t depth; /* of the detector's shadow stack */
};

/* -- deferred calls -- */

/* Whether a record lies in a frame of self that is gone: below `frame`, on the same stack. A longjmp
 * went past it. */
static bool is_left_behind(const struct task *self, const void *record, const void *frame) {
    uintptr_t lo = self->kind == TASK_GOROUTINE ? self->stack.lo : rdl__rt.main_stack_lo;
    return self->kind != TASK_FOREIGN && (uintptr_t)record >= lo &&
           (uintptr_t)record < (uintptr_t)frame;
}

static void check_frames(const struct task *self, const void *frame, uintptr_t pc) {
    if (__builtin_expect(is_left_behind(self, self->defers, frame), 0)) {
        rdl__crash_misuse(TEXT_DEFER_SKIPPED, pc);
    }
    if (__builtin_expect(is_left_behind(self, self->tries, frame), 0)) {
        rdl__crash_misuse(TEXT_TRY_SKIPPED, pc);
    }
}

void rdl__panic_returned(struct task *self) {
    if (__builtin_expect(self->defers != NULL, 0)) {
        rdl__crash_misuse(TEXT_DEFER_SKIPPED, 0);
    }
}

static rdl__defer enter(rdl__defer *d, void (*fn)(void *), void *arg, uintptr_t kind) {
    struct task *self = rdl__task_self();
    if (__builtin_expect(is_left_behind(self, self->defers, __builtin_frame_address(0)), 0)) {
        rdl__crash_misuse(TEXT_DEFER_SKIPPED, 0);
    }
    *d = (rdl__defer){.fn = fn, .arg = arg, .below = self->defers, .state = DEFER_PENDING | kind};
    self->defers = d;
    return *d; /* raddle.h initialises *d with itself: a declaration cannot name its own address
                  otherwise */
}

static rdl__defer enter_object(rdl__defer *d, void *object, uintptr_t kind, uintptr_t pc) {
    rdl__panic_check_handle(object, pc);
    return enter(d, NULL, object, kind);
}

rdl__defer rdl__defer_enter(rdl__defer *d, void (*fn)(void *), void *arg) {
    if (__builtin_expect(fn == NULL, 0)) {
        rdl__panic_null_function(CALLER);
    }
    return enter(d, fn, arg, 0);
}

rdl__defer rdl__defer_enter_unlock(rdl__defer *d, rdl_mutex *mu) {
    return enter_object(d, mu, DEFER_UNLOCK, CALLER);
}

rdl__defer rdl__defer_enter_rwunlock(rdl__defer *d, rdl_rwmutex *rw) {
    return enter_object(d, rw, DEFER_RWUNLOCK, CALLER);
}

rdl__defer rdl__defer_enter_runlock(rdl__defer *d, rdl_rwmutex *rw) {
    return enter_object(d, rw, DEFER_RUNLOCK, CALLER);
}

rdl__defer rdl__defer_enter_done(rdl__defer *d, rdl_waitgroup *wg) {
    return enter_object(d, wg, DEFER_DONE, CALLER);
}

rdl__defer rdl__defer_enter_close(rdl__defer *d, rdl_chan *ch) {
    return enter(d, NULL, ch, DEFER_CLOSE);
}

/* Why a deferred call runs. */
enum passing { SCOPE_END, PANIC, GOEXIT };

/* Runs the newest deferred call; it is off the stack first, so that it never runs twice. */
static void run_newest(struct task *self, enum passing passing, uintptr_t pc) {
    rdl__defer *d = self->defers;
    uintptr_t state = d->state;
    self->defers = d->below;
    d->state &= ~(uintptr_t)DEFER_PENDING;
    if (passing == PANIC && (state & DEFER_NOT_BY_PANIC) != 0) {
        return;
    }
    if ((state & DEFER_UNLOCK) != 0) {
        rdl__mutex_unlock(d->arg, self, false, pc);
    } else if ((state & DEFER_RWUNLOCK) != 0) {
        rdl__rwmutex_unlock(d->arg, self, false, pc);
    } else if ((state & DEFER_RUNLOCK) != 0) {
        rdl__rwmutex_runlock(d->arg, self, false, pc);
    } else if ((state & DEFER_DONE) != 0) {
        rdl__waitgroup_add(d->arg, self, -1, pc);
    } else if ((state & DEFER_CLOSE) != 0) {
        rdl__chan_close(d->arg, self, pc);
    } else if (passing == SCOPE_END) {
        d->fn(d->arg);
    } else {
        rdl__arch_call(d->fn, d->arg);
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
    run_newest(self, SCOPE_END, pc);
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

/* [Fowler91 FNV-1a] */
static uint64_t hash(const char *text) {
    uint64_t value = 0xcbf29ce484222325u;
    for (; *text != 0; text++) {
        value = (value ^ (unsigned char)*text) * 0x100000001b3u;
    }
    return value;
}

bool rdl__panic_says(const struct rdl__panic *p, const char *text) {
    size_t i = 0;
    while (p->message[i] == text[i] && text[i] != 0) {
        i++;
    }
    return p->message[i] == text[i];
}

/* What self recovered last, if the frame that did has not returned: the answer still lies there.
 * frame: of rdl_panic, called from there or from further in. */
static const rdl_panic_info *superseded(const struct task *self, const void *frame) {
    const struct rdl__recovered *r = &self->recovered;
    uintptr_t info = (uintptr_t)r->info;
    uintptr_t hi = self->kind == TASK_GOROUTINE ? self->stack.hi : rdl__rt.main_stack_hi;
    bool is_live = r->info != NULL && self->kind != TASK_FOREIGN && (uintptr_t)frame <= r->sp &&
                   info > (uintptr_t)frame && info < hi;
    return is_live && hash(r->info->message) == r->hash ? r->info : NULL;
}

static _Noreturn void recover(struct task *self, struct rdl__try *t, struct rdl__panic *p) {
    if (t->info != NULL) {
        t->info->value = NULL;
        rdl__arch_copy(t->info->message, p->message, sizeof(p->message));
        self->recovered =
            (struct rdl__recovered){.info = t->info, .sp = t->sp, .hash = hash(p->message)};
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
        run_newest(self, GOEXIT, p->pc);
    }
}

/* The panics that rdl_goexit makes vanish will not crash [GR-11 (a)]. */
static void forget_panics(struct rdl__panic *p) {
    for (; p != NULL; p = p->older) {
        if (p->is_last) {
            p->is_last = false;
            rdl__crash_panicking(-1);
        }
    }
}

static _Noreturn void raise_panic(struct task *self, struct rdl__panic *p) {
    check_frames(self, __builtin_frame_address(0), p->pc);
    p->older = self->panics;
    p->is_goexit = false;
    p->is_last = self->tries == NULL;
    self->panics = p;
    if (p->is_last) {
        rdl__crash_panicking(1);
    }
    for (;;) {
        struct rdl__try *t = self->tries;
        rdl__defer *until = t != NULL ? t->defers : NULL;
        while (self->defers != until) {
            run_newest(self, PANIC, p->pc);
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
    p.recovered = NULL;
    size_t i = 0;
    for (; text[i] != 0 && i + 1 < sizeof(p.message); i++) {
        p.message[i] = text[i];
    }
    p.message[i] = 0;
    raise_panic(self, &p);
}

_Noreturn void rdl__panic_null_handle(uintptr_t pc) {
    rdl__panic_text(TEXT_NULL_OBJECT, pc);
}

_Noreturn void rdl__panic_null_function(uintptr_t pc) {
    rdl__panic_text(TEXT_NULL_FUNCTION, pc);
}

/* Renders the message; what panics meanwhile is fatal [PD-06]. Other tasks run on: a conversion of
 * the user's may take locks. */
static _Noreturn void raise_formatted(uintptr_t pc, const void *frame, const char *format,
                                      va_list args) {
    struct task *self = rdl__task_self();
    struct rdl__panic p;
    bool nested = self->renders;
    p.pc = pc;
    p.recovered = frame != NULL ? superseded(self, frame) : NULL;
    self->renders = true;
    rdl__emit_switch(NULL);
    vsnprintf(p.message, sizeof(p.message), format, args);
    rdl__emit_switch(self->det);
    self->renders = false;
    if (nested) {
        rdl__crash_fatal_about(TEXT_PANIC_PRINTING, p.message, pc);
    }
    raise_panic(self, &p);
}

_Noreturn void rdl__panic_format(uintptr_t pc, const char *format, ...) {
    va_list args;
    va_start(args, format);
    raise_formatted(pc, NULL, format, args);
}

_Noreturn void rdl_panic(const char *format, ...) {
    va_list args;
    if (format == NULL) {
        rdl__panic_text(TEXT_NIL_PANIC, CALLER);
    }
    va_start(args, format);
    raise_formatted(CALLER, __builtin_frame_address(0), format, args);
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
                         .sp = (uintptr_t)__builtin_frame_address(0),
                         .depth = rdl__emit_on() ? rdl__events->call_depth(self->det) : 0};
    check_frames(self, __builtin_frame_address(0), CALLER);
    if (fn == NULL) {
        rdl__panic_null_function(CALLER);
    }
    self->recovered.info = NULL;
    self->tries = &t;
    if (rdl__arch_try(&t.mark, fn, arg) != 0) {
        EMIT(call_unwind(self->det, t.depth));
        return false;
    }
    self->tries = t.outer;
    return true;
}

void rdl__panic_pass_try(void) {
    struct task *self = rdl__task_self();
    self->tries = self->tries != NULL ? self->tries->outer : NULL;
}

_Noreturn void rdl_goexit(void) {
    struct task *self = rdl__task_self();
    struct rdl__panic p;
    p.pc = CALLER;
    p.is_goexit = true;
    if (self->kind == TASK_FOREIGN) {
        rdl__crash_misuse(TEXT_GOEXIT_FOREIGN, p.pc);
    }
    p.is_last = false;
    forget_panics(self->panics);
    p.older = self->panics;
    self->panics = &p;
    finish_goexit(self, &p);
}
