/* callers.c - see callers.h. */
#include "instrument/callers.h"

#include "instrument/modules.h"

#include <sys/auxv.h>
#include <unwind.h>

struct walk {
    struct callers *callers;
    uint32_t left; /* frames */
    bool any_code; /* tells of its calls: its nearest frame ends the walk, and says all */
};

static bool is_on_stack(const struct det_task *t, uintptr_t sp) {
    const struct task_hot *hot = (const struct task_hot *)t;
    const struct callers_state *known = &front.callers;
    bool is_main = t == front.main_task;
    return sp - hot->stack_lo < hot->stack_hi - hot->stack_lo ||
           (is_main && sp - known->stack_lo < known->stack_hi - known->stack_lo);
}

/* Below a signal handler is no return address, but where the code was interrupted. */
static uintptr_t return_address(struct _Unwind_Context *context) {
    int interrupted = 0;
    uintptr_t pc = _Unwind_GetIPInfo(context, &interrupted);
    return pc + (interrupted != 0);
}

/* The process begins there: nobody called it, and it is nobody's code. */
static bool is_start(struct _Unwind_Context *context) {
    return _Unwind_GetRegionStart(context) == front.callers.entry;
}

static _Unwind_Reason_Code see_frame(struct _Unwind_Context *context, void *argument) {
    struct walk *walk = argument;
    struct callers *callers = walk->callers;
    uintptr_t pc = return_address(context);
    bool tells = walk->any_code && code_is_instrumented(pc);
    callers->n = tells ? 0 : callers->n;
    if (tells || (code_is_programs(pc) && !is_start(context))) {
        callers->pc[callers->n++] = pc;
    }
    return tells || --walk->left == 0 ? _URC_END_OF_STACK : _URC_NO_REASON;
}

static void walk_stack(struct callers *callers) {
    struct walk walk = {.callers = callers, .left = CALLERS_MOST, .any_code = code_any()};
    const struct det_task *own = self.task;
    callers->n = 0;
    if (front.callers.can_walk && own != NULL &&
        is_on_stack(own, (uintptr_t)__builtin_frame_address(0))) {
        uint32_t was = guard_enter();
        struct det_task *task = hide_enter();
        (void)_Unwind_Backtrace(see_frame, &walk);
        hide_leave(task);
        guard_leave(was);
    }
}

void callers_find(struct callers *callers, uintptr_t pc) {
    callers->n = 0;
    if (self.busy == 0 && !(code_any() && code_is_instrumented(pc))) {
        walk_stack(callers);
    }
    if (callers->n == 0) {
        callers->pc[callers->n++] = pc;
    }
}

void callers_find_of(struct callers *callers, uintptr_t pc) {
    callers->n = 0;
    if (!code_any()) {
        walk_stack(callers);
    }
    if (callers->n == 0 || callers->pc[0] != pc) {
        for (uint32_t i = callers->n++; i > 0; i--) {
            callers->pc[i] = callers->pc[i - 1];
        }
        callers->pc[0] = pc;
    }
}

size_t callers_above(uintptr_t pc, uintptr_t *pcs, size_t room) {
    struct callers callers;
    callers_find_of(&callers, pc);
    size_t n = callers.n - 1 < room ? callers.n - 1 : room;
    for (size_t i = 0; i < n; i++) {
        pcs[i] = callers.pc[i + 1];
    }
    return n;
}

struct det_task *callers_enter(const struct callers *callers) {
    struct det_task *t = event_enter();
    for (uint32_t i = callers->n; t != NULL && i > 1; i--) {
        det_call_enter(t, callers->pc[i - 1]);
    }
    return t;
}

void callers_leave(struct det_task *t, const struct callers *callers) {
    for (uint32_t i = callers->n; i > 1; i--) {
        det_call_exit(t);
    }
    event_leave();
}

/* Fills what libgcc keeps for itself by a first walk. */
void callers_start(void) {
    struct callers callers = {0};
    struct walk walk = {.callers = &callers, .left = 1};
    front.callers.entry = getauxval(AT_ENTRY);
    front.callers.can_walk = UNWINDER_TAKES_NO_LOCK;
    if (front.callers.can_walk) {
        (void)_Unwind_Backtrace(see_frame, &walk);
    }
}
