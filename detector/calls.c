/* calls.c - which calls is a task inside now? */
#include "detector/calls.h"

#include "detector/core.h"
#include "detector/state.h"

#define SCAN_WORDS 512u /* of a frame that are searched for its return address */
#define PC_MASK    (((uint64_t)1 << 48) - 1)
#define FRAME_BACK ((uint64_t)1 << 61) /* entered by a callback from code without hooks */
#define FRAME_GONE UINT64_MAX          /* between mark_left and the end of calls_heal */

static int32_t frames_kept(const struct det_task *t) {
    int32_t depth = t->hot.depth;
    return depth < (int32_t)t->hot.frame_slots ? depth : (int32_t)t->hot.frame_slots;
}

/* -- healing -------------------------------------------------------------------------------- */

/* Whether the frame was left: code runs, or was called, with its stack pointer at `floor`. */
static bool is_left(const struct det_task *t, const struct call_frame *frame, uintptr_t floor) {
    return frame->sp != 0 && (frame->sp < floor || frame->sp >= t->hot.stack_hi);
}

/* The return address of a frame, materialised or not. */
static uint64_t frame_pc(const struct call_frame *frame) {
    return frame->path & FRAME_NODE ? context_pc((uint32_t)frame->path) : frame->path & PC_MASK;
}

/* Where the return address of this live frame lies: below that its caller was never entered. 0: not
 * found near. */
static uintptr_t return_slot(uintptr_t stack_hi, const struct call_frame *frame) {
    const uintptr_t *word = (const uintptr_t *)(frame->sp & ~(uintptr_t)7);
    const uintptr_t *end = (const uintptr_t *)stack_hi;
    uint64_t pc = frame_pc(frame);
    for (uint32_t i = 0; i < SCAN_WORDS && word + i < end; i++) {
        if (word[i] == pc) {
            return (uintptr_t)&word[i];
        }
    }
    return 0;
}

/* What a frame's function is calling: the return address that lies where that of its hook did. A
 * function that moves its stack pointer later on (alloca, arguments in memory) has something else
 * there. */
static uintptr_t calling(const struct call_frame *frame) {
    return *(const uintptr_t *)frame->sp;
}

uint32_t calls_path(struct det_task *t) {
    int32_t depth = frames_kept(t);
    int32_t at = depth;
    while (at > 0 && !(t->hot.frames[at - 1].path & FRAME_NODE)) {
        at--;
    }
    uint32_t node = at > 0 ? (uint32_t)t->hot.frames[at - 1].path : 0;
    for (; at < depth; at++) {
        uint64_t path = t->hot.frames[at].path;
        if (path & FRAME_BACK) {
            node = context_child(t, node, calling(&t->hot.frames[at - 1]));
        }
        node = context_child(t, node, path & PC_MASK);
        t->hot.frames[at].path = FRAME_NODE | FRAME_SEEN | node;
    }
    return node;
}

uint32_t calls_read(struct det_task *t, uint32_t site) {
    uintptr_t pcs[CALLS_SEEN];
    bool reads = context_is_bare(site) && det.host->callers;
    size_t n = reads ? det.host->callers(context_pc(site), pcs, CALLS_SEEN) : 0;
    uint32_t path = 0;
    for (size_t i = n; i > 0; i--) {
        path = context_child(t, path, pcs[i - 1]);
    }
    return path ? context_under(t, path, site) : site;
}

bool calls_frame_of(const struct det_task *t, uintptr_t stack_hi, uintptr_t addr, uintptr_t *cfa,
                    uintptr_t *pc) {
    int32_t depth = frames_kept(t);
    for (int32_t at = 0; at < depth; at++) {
        const struct call_frame frame = t->hot.frames[at];
        if (frame.sp == 0 || frame.sp >= addr) {
            continue; /* it calls the one that is looked for */
        }
        uintptr_t slot = return_slot(stack_hi, &frame);
        if (addr < slot) {
            *cfa = slot + sizeof(uintptr_t);
            *pc = calling(&frame);
            return true;
        }
        return false; /* of code without hooks, or of a frame that is larger than is searched */
    }
    return false;
}

/* Whether `callee`, called by code without hooks, has `caller` next on the stack: a callback. */
static bool is_callback(const struct call_frame *callee, uintptr_t slot,
                        const struct call_frame *caller) {
    return slot != 0 && slot != caller->sp && caller->sp != 0 &&
           !process_is_instrumented(callee->path & PC_MASK) &&
           process_is_instrumented(calling(caller));
}

/* Marks what was left, from the innermost frame down to those that were looked at before and do not
 * contradict what is above them; returns the lowest that is gone, or `depth`. *back: one is a
 * callback. */
static int32_t mark_left(struct det_task *t, int32_t depth, uintptr_t floor, bool *back) {
    struct call_frame *callee = NULL; /* the frame above, when it is new */
    uintptr_t slot = 0;               /* of its return address */
    int32_t lowest = depth;
    for (int32_t at = depth - 1; at >= 0; at--) {
        struct call_frame *frame = &t->hot.frames[at];
        if (is_left(t, frame, floor)) {
            frame->path = FRAME_GONE;
            lowest = at;
            continue;
        }
        if (callee && is_callback(callee, slot, frame)) {
            callee->path |= FRAME_BACK;
            *back = true;
        }
        if (frame->path & FRAME_SEEN) {
            break;
        }
        callee = frame->sp != 0 ? frame : NULL;
        slot = callee ? return_slot(t->hot.stack_hi, frame) : 0;
        floor = slot != 0 ? slot : frame->sp != 0 ? frame->sp + 1 : floor;
        frame->path |= FRAME_SEEN;
    }
    return lowest;
}

void calls_heal(struct det_task *t, uintptr_t sp) {
    if (sp < t->hot.stack_lo || sp >= t->hot.stack_hi) {
        return;
    }
    int32_t depth = frames_kept(t);
    bool back = false;
    int32_t to = mark_left(t, depth, sp, &back);
    for (int32_t from = to; from < depth; from++) {
        if (t->hot.frames[from].path != FRAME_GONE) {
            t->hot.frames[to++] = t->hot.frames[from];
        }
    }
    t->hot.depth -= depth - to;
    for (; to < depth; to++) { /* what lies above is nobody's, whoever counts it */
        t->hot.frames[to] = (struct call_frame){.path = 0};
    }
    if (back) {
        (void)calls_path(t); /* while what it reads is there */
    }
}

/* -- entries that find no room -------------------------------------------------------------- */

/* A larger array keeps the one before in the slot behind its last:
 *
 *     hook of calls, in the program            a handler, on top of it
 *     loads `frames`
 *                                              goes deeper than there is room: the frames move
 *     stores its frame in the old array
 *
 * Front-ends complete such a hook before the handler runs (signals.c in instrument/), but not for a
 * handler that they do not know of: its program may lose that frame, and must not write where
 * somebody else's memory is by now. As sizes double, all old arrays together have at most the size
 * of the newest. */
static bool grow_frames(struct det_task *t) {
    uint32_t slots = t->hot.frame_slots;
    bool first = slots == 0; /* there was no memory at the start */
    uint32_t wanted = first ? FRAMES_AT_FIRST : (slots + slots % 2) * 2 - 1;
    struct call_frame *more = arena_alloc(((size_t)wanted + !first) * sizeof *more);
    if (!more) {
        return false;
    }
    struct call_frame *old = t->hot.frames;
    for (uint32_t i = 0; i < slots; i++) {
        more[i] = old[i];
    }
    if (!first) {
        more[wanted] = (struct call_frame){.path = (uintptr_t)old, .sp = slots};
    }
    /* frames before frame_slots: a handler's call_enter in between still stays within bounds. */
    t->hot.frames = more;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    t->hot.frame_slots = wanted;
    t->calls->frames = more; /* a coroutine that ends does not say so */
    t->calls->slots = wanted;
    return true;
}

static void free_frames(struct call_frame *frames, uint32_t slots) {
    while (slots > FRAMES_AT_FIRST) {
        struct call_frame before = frames[slots];
        arena_free(frames, ((size_t)slots + 1) * sizeof *frames);
        frames = (struct call_frame *)(uintptr_t)before.path;
        slots = (uint32_t)before.sp;
    }
    arena_free(frames, slots * sizeof *frames);
}

void calls_enter_slow(struct det_task *t, uintptr_t pc, uintptr_t sp) {
    int32_t at = t->hot.depth - 1;
    if (at < 0) {
        return; /* more exits than entries: their frames were entered before we watched */
    }
    /* In a handler that interrupted the core, or without memory: the frame stays unknown, and depth
     * still counts it, so that exits pair up. */
    if (t->busy) {
        limit_raise(LIMIT_EVENTS_IN_HANDLER);
        return;
    }
    if (!task_enter(t)) {
        return;
    }
    if ((uint32_t)at == t->hot.frame_slots) { /* a program that jumps for ever needs no more room */
        t->hot.depth = at;
        calls_heal(t, sp);
        at = t->hot.depth++;
    }
    while ((uint32_t)at >= t->hot.frame_slots && grow_frames(t)) {
    }
    if ((uint32_t)at < t->hot.frame_slots) {
        t->hot.frames[at] = (struct call_frame){.path = pc, .sp = sp};
    }
    task_leave(t);
}

/* -- a task's stacks ------------------------------------------------------------------------ */

void calls_task_init(struct det_task *t) {
    t->calls = &t->own_calls;
    t->hot.frames = arena_alloc(FRAMES_AT_FIRST * sizeof *t->hot.frames);
    t->hot.frame_slots = t->hot.frames ? FRAMES_AT_FIRST : 0;
}

void calls_task_drop(struct det_task *t) {
    det_calls_leave(t);
    free_frames(t->own_calls.frames, t->own_calls.slots);
    t->own_calls = (struct call_stack){0};
    det_calls_enter(t, &t->own_calls);
}

void calls_set_stack(struct det_task *t, uintptr_t lo, uintptr_t hi) {
    t->own_calls.lo = lo;
    t->own_calls.hi = hi;
    if (t->calls == &t->own_calls) {
        t->hot.stack_lo = lo;
        t->hot.stack_hi = hi;
    }
}

struct call_stack *det_calls_new(uintptr_t lo, uintptr_t hi) {
    struct call_stack *stack = arena_alloc(sizeof *stack);
    if (stack) {
        stack->frames = arena_alloc(FRAMES_AT_FIRST * sizeof *stack->frames);
        stack->slots = stack->frames ? FRAMES_AT_FIRST : 0;
        det_calls_reset(stack, lo, hi);
    }
    return stack;
}

void det_calls_reset(struct call_stack *stack, uintptr_t lo, uintptr_t hi) {
    stack->depth = 0;
    stack->lo = lo;
    stack->hi = hi;
}

struct call_stack *det_calls_leave(struct det_task *t) {
    t->calls->frames = t->hot.frames;
    t->calls->slots = t->hot.frame_slots;
    t->calls->depth = t->hot.depth;
    return t->calls;
}

/* A handler's call_enter in between finds either no room or the right one. */
void det_calls_enter(struct det_task *t, struct call_stack *stack) {
    t->hot.frame_slots = 0;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    t->calls = stack;
    t->hot.frames = stack->frames;
    t->hot.depth = stack->depth;
    t->hot.stack_lo = stack->lo;
    t->hot.stack_hi = stack->hi;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    t->hot.frame_slots = stack->slots;
}

/* -- of another task ------------------------------------------------------------------------ */

/* The innermost frames of t, the outer ones first; at: the number of the first. Its arrays are memory as long as it
 * lives. */
static uint32_t copy_frames(const struct det_task *t, struct call_frame *to, uint32_t *at) {
    const struct call_frame *frames = __atomic_load_n(&t->hot.frames, __ATOMIC_ACQUIRE);
    int32_t depth = __atomic_load_n(&t->hot.depth, __ATOMIC_RELAXED);
    uint32_t slots = __atomic_load_n(&t->hot.frame_slots, __ATOMIC_RELAXED);
    uint32_t n = depth < 0 || !frames ? 0 : (uint32_t)depth < slots ? (uint32_t)depth : slots;
    *at = n < CALLS_SEEN / 2 ? 0 : n - CALLS_SEEN / 2;
    for (uint32_t i = *at; i < n; i++) {
        to[i - *at].path = load_relaxed(&frames[i].path);
        to[i - *at].sp = __atomic_load_n(&frames[i].sp, __ATOMIC_RELAXED);
    }
    return n - *at;
}

/* Where the function of the innermost frame called last. 0: not known. */
static uint64_t last_call(const struct call_frame *frame) {
    const struct det_memory *memory = det.host->memory;
    uintptr_t pc = 0;
    bool known = frame->sp != 0 && memory && memory->copy(&pc, frame->sp, sizeof pc) == sizeof pc;
    return known && process_is_instrumented(pc) ? pc : 0;
}

size_t calls_seen(const struct det_task *t, uint64_t pcs[CALLS_SEEN]) {
    struct call_frame one[CALLS_SEEN / 2], two[CALLS_SEEN / 2];
    uint32_t at_one, at_two, n = 0, first = copy_frames(t, one, &at_one);
    uint32_t second = copy_frames(t, two, &at_two);
    while (at_one == at_two && n < first && n < second && one[n].sp == two[n].sp) {
        n++;
    }
    size_t found = 0;
    uint64_t leaf = n != 0 ? last_call(&two[n - 1]) : 0;
    if (leaf) {
        pcs[found++] = leaf;
    }
    for (; n > 0; n--) {
        uint64_t path = two[n - 1].path;
        uint32_t node = (uint32_t)path;
        bool folded;
        if (path == FRAME_GONE || (path & PC_MASK) == 0) {
            continue;
        }
        if ((path & FRAME_NODE) && context_is_node(node)) {
            size_t below = context_frames(node, 0, pcs + found, CALLS_SEEN - found, &folded);
            return found + below < CALLS_SEEN ? found + below : CALLS_SEEN;
        }
        pcs[found++] = path & PC_MASK;
    }
    return found;
}
