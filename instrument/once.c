/* once.c - pthread_once and call_once: who runs the routine, who waits for that, and how it is left.
 *
 * Edges   completion of the routine before every return [HB-ON-01, HB-PT-07]. A routine that is left by an
 *         exception of C++, by cancellation or by pthread_exit has not completed: glibc lets the next one begin
 *         anew, after all that was done so far. An unwinder asks each frame that it leaves, if the frame has a
 *         "personality", whether there is something to do; that of arch/x86_64/once_call.S is once_unwound, which
 *         needs nothing of who unwinds. (What longjmp leaves nobody ever completes, nor begins anew.)
 * Waits   Whoever finds the once not done may have to wait, for the one who runs it (detector/once.h). He is told
 *         to wait before it is known: who runs the routine himself says in it that he waited for nothing. To be
 *         looked at is worth while only if somebody was in the way. (Of two that came at once one waits unseen for
 *         the other, whose own wait is looked at.)
 */
#include "instrument/once.h"

#include "instrument/real.h"

#include <unwind.h>

/* Of glibc's word. */
#define STATE 3u
#define DONE  2u

/* once_call.S */
HIDDEN void once_call(void (*routine)(void));
HIDDEN int once_unwound(int version, int actions, uint64_t class, const void *exception,
                        const void *context);

static uint32_t state_of(const pthread_once_t *control) {
    return (uint32_t)__atomic_load_n(control, __ATOMIC_ACQUIRE) & STATE;
}

void once_begin(const volatile void *once, uintptr_t pc) {
    struct det_task *t = event_enter();
    if (t != NULL) {
        det_lock_acquired(t, (uintptr_t)once, EV_LOCK_ONCE, pc);
        event_leave();
    }
}

void once_end(const volatile void *once) {
    struct det_task *t = event_enter();
    if (t != NULL) {
        det_lock_released(t, (uintptr_t)once, EV_LOCK_ONCE);
        event_leave();
    }
}

static void completed(const volatile void *control, uintptr_t pc) {
    once_end(control);
    sync_publish(control, pc);
}

/* Called by whoever unwinds, for each time that it meets the frame of once_call. The once that was begun last is
 * that of the frame: those within were left before. */
int once_unwound(int version, int actions, uint64_t class, const void *exception,
                 const void *context) {
    (void)version, (void)class, (void)exception, (void)context;
    struct det_task *t = (actions & _UA_CLEANUP_PHASE) != 0 ? event_enter() : NULL;
    if (t != NULL) {
        uintptr_t once = det_once_innermost(t);
        event_leave();
        if (once != 0) {
            completed((const volatile void *)once, CALLER_PC);
        }
    }
    return _URC_CONTINUE_UNWIND;
}

/* Runs inside the real pthread_once, which takes a routine without argument. */
static void once_routine(void) {
    struct once_call *call = self.once; /* another may begin in there */
    call->waits = false;
    sync_waited();
    sync_receive(call->control); /* of who left it without an end */
    once_begin(call->control, call->pc);
    once_call(call->routine);
    completed(call->control, call->pc);
}

static int once(pthread_once_t *control, void (*routine)(void), uintptr_t pc) {
    uint32_t state = state_of(control);
    int result = 0;
    if (UNLIKELY(state != DONE)) {
        struct once_call call = {.routine = routine, .control = control, .pc = pc, .waits = true};
        sync_may_wait(EV_WAIT_PTHREAD_ONCE, control, state != 0, pc);
        struct once_call *outer = self.once; /* of who was interrupted by a handler */
        self.once = &call;
        result = REAL_OF(pthread_once)(control, once_routine);
        if (call.waits) {
            sync_waited();
        }
        self.once = outer;
    }
    sync_receive(control);
    return result;
}

/* Cost once it is done: a load, and an event. */
INTERPOSE int pthread_once(pthread_once_t *control, void (*routine)(void)) {
    return once(control, routine, CALLER_PC);
}

INTERPOSE void call_once(once_flag *flag, void (*routine)(void)) {
    _Static_assert(sizeof(once_flag) == sizeof(pthread_once_t), "glibc's are one type");
    (void)once((pthread_once_t *)flag, routine, CALLER_PC);
}

bool once_is_under_way(const volatile void *control) {
    return state_of((const pthread_once_t *)(uintptr_t)control) == 1;
}
