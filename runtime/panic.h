/* panic.h - deferred calls, panics and their end.
 *
 * Model   a task has three stacks of records that lie in its frames, each newest first: deferred
 *         calls, panics under way, protected calls (rdl_try). A panic runs the deferred calls made
 *         since the newest protected call, on top of the frames that made them, and then jumps
 *         back to the protected call; without one, the process ends with the panic's text, all
 *         frames still there to be shown. rdl_goexit runs all deferred calls, past every protected
 *         one, and ends the task.
 * Limits  frames without deferred calls are dropped silently: their C++ destructors do not run
 *         [PD-09].
 */
#ifndef RDL__PANIC_H
#define RDL__PANIC_H

#include "runtime/task.h"

/* rdl__defer.state */
enum defer_state {
    DEFER_PENDING = 1,
    DEFER_UNLOCK = 2, /* arg is a mutex, a waitgroup or a channel: fn is not called */
    DEFER_DONE = 4,
    DEFER_CLOSE = 8,
    DEFER_NOT_BY_PANIC = 16, /* a panic passes it over; rdl_goexit does not */
    DEFER_RWUNLOCK = 32,     /* arg is an rwmutex, locked for writing or reading */
    DEFER_RUNLOCK = 64
};

/* One panic, or one rdl_goexit, under way. */
struct rdl__panic {
    struct rdl__panic *older;
    bool is_goexit;
    bool is_last;                    /* nothing will recover it: it is counted [GR-07] */
    const rdl_panic_info *recovered; /* what it supersedes, or NULL */
    uintptr_t pc;
    char message[sizeof(((rdl_panic_info *)0)->message)];
};

_Noreturn void rdl__panic_text(const char *text, uintptr_t pc);

/* A NULL handle, or function, of a call [API "NULL handles"]. Inline: an everyday call pays one branch
 * that is never taken. */
_Noreturn void rdl__panic_null_handle(uintptr_t pc);
_Noreturn void rdl__panic_null_function(uintptr_t pc);

static inline void rdl__panic_check_handle(const void *handle, uintptr_t pc) {
    if (__builtin_expect(handle == NULL, 0)) {
        rdl__panic_null_handle(pc);
    }
}

_Noreturn void rdl__panic_format(uintptr_t pc, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Whether its message is `text`. */
bool rdl__panic_says(const struct rdl__panic *p, const char *text);

/* The function of self has returned: fatal when it left deferred calls behind. */
void rdl__panic_returned(struct task *self);

/* A C++ exception passes the newest protected call of the calling task. */
void rdl__panic_pass_try(void);

/* rdl_go of NULL: fatal, in the caller [GR-02]. */
_Noreturn void rdl__panic_go_nil(uintptr_t pc);

#endif
