/* once.c - rdl_once: one execution, whose end everybody sees. */
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/sync_word.h"

#define CALLER ((uintptr_t)__builtin_return_address(0))

enum once_state { DONE = WORD_FIRST_FREE, RUNNING = WORD_FIRST_FREE << 1 };

/* The last touch of the object is the store of DONE. */
static void complete(void *arg) {
    rdl_once *once = arg;
    _Atomic uint64_t *word = rdl__word(&once->rdl__state);
    uint64_t n;
    rdl__emit_once_end(rdl__task_self()->det, once);
    rdl__emit_release(rdl__task_self()->det, once); /* [HB-ON-01] */
    (void)rdl__word_lock(word);
    struct task *woken = rdl__word_take_all(&once->rdl__waiters, once, &n);
    rdl__word_unlock(word, DONE);
    rdl__sched_ready_all(woken, true);
}

/* Completed by a panic or rdl_goexit of fn as well [ON-02]. */
static void run_once(rdl_once *once, void (*fn)(void *), void *arg, uintptr_t pc) {
    rdl__defer at_end = rdl__defer_enter(&at_end, complete, once);
    rdl__emit_once_begin(rdl__task_self()->det, once, pc);
    fn(arg);
    rdl__defer_leave(&at_end);
}

__attribute__((noinline)) static void do_slow(rdl_once *once, void (*fn)(void *), void *arg,
                                              uintptr_t pc) {
    struct task *self = rdl__task_self();
    _Atomic uint64_t *word = rdl__word(&once->rdl__state);
    const void *object = once;
    uint64_t state;
    rdl__panic_check_handle(once, pc);
    if (!rdl__word_lock_if(word, 0, DONE, &state)) {
        rdl__emit_acquire(self->det, once);
        return;
    }
    if ((state & RUNNING) == 0) {
        rdl__word_unlock(word, state | (fn != NULL ? RUNNING : 0));
        if (fn == NULL) {
            rdl__panic_null_function(pc);
        }
        run_once(once, fn, arg, pc);
        return;
    }
    struct waiter w = {.task = self, .pc = pc};
    rdl__sched_wait_begin(self, EV_WAIT_ONCE, &object, 1, 0, pc);
    rdl__word_push(&once->rdl__waiters, &w, false);
    rdl__word_park(self, word, state);
}

/* Cost once it is done: one load, three branches. */
void rdl_once_do(rdl_once *once, void (*fn)(void *), void *arg) {
    if (once == NULL ||
        (atomic_load_explicit(rdl__word(&once->rdl__state), memory_order_acquire) & DONE) == 0) {
        do_slow(once, fn, arg, CALLER);
    } else if (rdl__emit_on()) {
        rdl__emit_acquire(rdl__task_self()->det, once);
    }
}
