/* coroutine.c - swapcontext and its kin: each coroutine has the frames of its own calls [D4].
 *
 * A coroutine runs within the task of the thread that resumes it: the two never run at once, so
 * nothing new is ordered or unordered. Only the shadow stack changes with the machine stack:
 *
 *     swapcontext(from, to)   the frames in use are left; those of a coroutine that makecontext has
 *                             made and nobody entered yet are taken; the real one switches
 *        … some time later, perhaps on another thread, somebody resumes `from` …
 *                             the real one returns: the frames that were left are taken again
 *
 * So what resumes need not be known: swapcontext, setcontext or the end of a coroutine with a
 * uc_link. setcontext to what getcontext noted is a jump (jump.c).
 *
 * Fibers   A library that makes fibers (fiber.c) has said which frames belong where, before it calls
 *          swapcontext; from then on nothing is done here.
 * Model    a table from the address of a context to the frames that makecontext gave it. Entries are
 *          used again with their address, never dropped: memory is bounded by how many contexts the
 *          program has at once.
 */
#include "instrument/coroutine.h"

#include "instrument/front.h"
#include "instrument/jump.h"
#include "instrument/real.h"
#include "instrument/sys.h"

#define ROOM_AT_FIRST 256 /* a power of two */

struct coroutine {
    uintptr_t context; /* 0: empty */
    struct call_stack *calls;
    bool fresh; /* made, and not entered since */
};

/* The entries of setjmp.S leave through these. */
_Static_assert(offsetof(struct real_functions, getcontext) == 24, "fourth");
_Static_assert(offsetof(struct real_functions, makecontext) == 32, "fifth");

/* -- the table ------------------------------------------------------------------------------ */

static bool lock(void) {
    for (unsigned i = 0; i < 10000; i++) {
        if (__atomic_exchange_n(&front.coroutines.lock, 1, __ATOMIC_ACQUIRE) == 0) {
            return true;
        }
        sys_yield();
    }
    return false; /* we interrupted the holder: a coroutine made in a handler is not noted */
}

static void unlock(void) {
    __atomic_store_n(&front.coroutines.lock, 0, __ATOMIC_RELEASE);
}

void coroutine_fork_child(void) {
    unlock();
}

static struct coroutine *slot_of(struct coroutine *all, size_t room, uintptr_t context) {
    size_t at = (context >> 4) * 0x9e3779b97f4a7c15u >> 20 & (room - 1);
    while (all[at].context != 0 && all[at].context != context) {
        at = (at + 1) & (room - 1);
    }
    return &all[at];
}

static bool make_room(void) {
    struct coroutine_state *state = &front.coroutines;
    if (state->n + 1 <= state->room / 2) {
        return true;
    }
    size_t room = state->room != 0 ? state->room * 2 : ROOM_AT_FIRST;
    struct coroutine *more = (struct coroutine *)sys_map(room * sizeof *more, 0);
    if (more == NULL) {
        return false;
    }
    for (size_t i = 0; i < state->room; i++) {
        if (state->all[i].context != 0) {
            *slot_of(more, room, state->all[i].context) = state->all[i];
        }
    }
    if (state->all != NULL) {
        sys_unmap((uintptr_t)state->all, state->room * sizeof *more);
    }
    state->all = more;
    state->room = room;
    return true;
}

static void note(const ucontext_t *made) {
    struct coroutine *c = slot_of(front.coroutines.all, front.coroutines.room, (uintptr_t)made);
    uintptr_t lo = (uintptr_t)made->uc_stack.ss_sp;
    if (c->context == 0) {
        c->context = (uintptr_t)made;
        front.coroutines.n++;
    }
    if (c->calls == NULL) {
        c->calls = det_calls_new(lo, lo + made->uc_stack.ss_size);
    } else {
        det_calls_reset(c->calls, lo, lo + made->uc_stack.ss_size);
    }
    c->fresh = c->calls != NULL;
}

void coroutine_made(const ucontext_t *made, uintptr_t sp) {
    (void)sp;
    if (UNLIKELY(real.makecontext == NULL)) {
        real_find();
    }
    struct det_task *t = event_enter();
    if (t == NULL) {
        return;
    }
    if (lock()) {
        if (make_room()) {
            note(made);
        }
        unlock();
    }
    event_leave();
}

/* The frames of a coroutine that nobody entered yet; NULL: it is none, or was entered. */
static struct call_stack *first_entry(const ucontext_t *to) {
    struct call_stack *calls = NULL;
    if (front.coroutines.n != 0 && lock()) {
        struct coroutine *c = slot_of(front.coroutines.all, front.coroutines.room, (uintptr_t)to);
        calls = c->fresh ? c->calls : NULL;
        c->fresh = false;
        unlock();
    }
    return calls;
}

/* -- switches ------------------------------------------------------------------------------- */

struct left {
    struct call_stack *calls; /* NULL: nobody is watched here */
    uint32_t depth;
    bool begins; /* what comes is a coroutine that nobody entered yet */
};

static __attribute__((noinline)) struct left leave(const ucontext_t *to) {
    struct left here = {.calls = NULL};
    struct det_task *t = front.has_fibers ? NULL : event_enter();
    if (t != NULL) {
        struct call_stack *first = first_entry(to);
        here = (struct left){det_calls_leave(t), det_call_depth(t), first != NULL};
        if (here.begins) {
            det_calls_enter(t, first);
        }
        event_leave();
    }
    return here;
}

/* Out of line: the thread may be another one, and so may be the place of `self`. */
static __attribute__((noinline)) void come_back(const struct left *here) {
    struct det_task *t = here->calls != NULL ? event_enter() : NULL;
    if (t != NULL) {
        det_calls_enter(t, here->calls);
        det_call_unwind(t, here->depth);
        event_leave();
    }
}

INTERPOSE int swapcontext(ucontext_t *from, const ucontext_t *to) {
    self.handled = 0; /* as jump_to does */
    struct left here = leave(to);
    int result = REAL_OF(swapcontext)(from, to);
    come_back(&here);
    return result;
}

INTERPOSE int setcontext(const ucontext_t *to) {
    struct left here = leave(to);
    if (!here.begins) {
        jump_to(to);
    }
    int result = REAL_OF(setcontext)(to);
    come_back(&here); /* it failed */
    return result;
}
