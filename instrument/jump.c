/* jump.c - setjmp and longjmp: the shadow stack is cut to where it was [D4].
 *
 * Compiled code tells of every entry, and of every exit but those a longjmp skips. setjmp notes the
 * depth of the shadow stack and the stack pointer under the address of its buffer; longjmp returns
 * to them. Both, because frames that some other jump left behind may have been let go in between
 * (detector/calls.h), so that the depth is too large by then; and on an alternate signal stack only
 * the depth can tell. Nothing can be kept in the buffer itself, which is shorter in the cleanup
 * records of pthreads.
 *
 * Model    a hash table of (buffer, depth …), a few slots per bucket, the oldest gives way. A lost
 *          entry leaves frames on the stack that are no more, until the next event lets them go.
 */
#include "instrument/jump.h"

#include "instrument/front.h"
#include "instrument/outside.h"
#include "instrument/real.h"
#include "instrument/sys.h"

#include <setjmp.h>

#define BUCKETS 1024
#define WAYS    4

struct jump {
    uintptr_t buffer;
    uintptr_t sp;
    struct call_stack *calls; /* a coroutine may jump out of its stack */
    const struct det_task *task;
    uint32_t depth;
};

/* Owner: whoever holds the bucket's lock. */
struct jump_bucket {
    uint32_t lock;
    uint32_t next; /* the way that gives way next */
    struct jump way[WAYS];
};

/* The entries of setjmp.S leave through these. */
_Static_assert(offsetof(struct real_functions, setjmp) == 0, "first");
_Static_assert(offsetof(struct real_functions, _setjmp) == 8, "second");
_Static_assert(offsetof(struct real_functions, __sigsetjmp) == 16, "third");

void jump_start(void) {
    front.jumps = (struct jump_bucket *)sys_map(BUCKETS * sizeof(struct jump_bucket), 0);
}

/* A handler may have interrupted the holder on this thread: then there is no entry, see above. */
static struct jump_bucket *lock_bucket(const void *buffer) {
    struct jump_bucket *b = &front.jumps[((uintptr_t)buffer >> 4) * 0x9e3779b1u % BUCKETS];
    for (unsigned i = 0; front.jumps != NULL && i < 1000; i++) {
        if (__atomic_exchange_n(&b->lock, 1, __ATOMIC_ACQUIRE) == 0) {
            return b;
        }
    }
    return NULL;
}

static struct jump *find(struct jump_bucket *b, const void *buffer) {
    for (unsigned i = 0; i < WAYS; i++) {
        if (b->way[i].buffer == (uintptr_t)buffer) {
            return &b->way[i];
        }
    }
    return NULL;
}

void jump_note(const void *buffer, uintptr_t sp) {
    if (UNLIKELY(real.setjmp == NULL)) {
        real_find();
    }
    struct det_task *t = self.task;
    struct jump_bucket *b = t != NULL ? lock_bucket(buffer) : NULL;
    if (b != NULL) {
        struct jump *j = find(b, buffer);
        if (j == NULL) {
            j = &b->way[b->next++ % WAYS];
        }
        *j = (struct jump){.buffer = (uintptr_t)buffer,
                           .sp = sp,
                           .calls = det_calls_leave(t),
                           .task = t,
                           .depth = det_call_depth(t)};
        __atomic_store_n(&b->lock, 0, __ATOMIC_RELEASE);
    }
}

static void land(struct det_task *t, const struct jump *to) {
    if (to->task != t) {
        return; /* the buffer of a task that is gone, at an address that is used again */
    }
    if (to->calls != det_calls_leave(t)) {
        det_calls_enter(t, to->calls);
    }
    det_call_unwind(t, to->depth);
    call_at(t, to->sp);
}

void jump_to(const void *buffer) {
    self.handled = 0; /* out of a handler, perhaps: the error side is a miss */
    outside_jump();
    struct det_task *t = event_enter();
    if (t == NULL) {
        return;
    }
    det_wait_end(t); /* out of a handler, perhaps, that had interrupted one */
    struct jump_bucket *b = lock_bucket(buffer);
    if (b != NULL) {
        const struct jump *j = find(b, buffer);
        if (j != NULL) {
            land(t, j);
        }
        __atomic_store_n(&b->lock, 0, __ATOMIC_RELEASE);
    }
    event_leave();
}

INTERPOSE void longjmp(jmp_buf buffer, int value) {
    jump_to(buffer);
    REAL_OF(longjmp)(buffer, value);
    __builtin_unreachable();
}

INTERPOSE void _longjmp(jmp_buf buffer, int value) {
    jump_to(buffer);
    REAL_OF(_longjmp)(buffer, value);
    __builtin_unreachable();
}

INTERPOSE void siglongjmp(sigjmp_buf buffer, int value) {
    jump_to(buffer);
    REAL_OF(siglongjmp)(buffer, value);
    __builtin_unreachable();
}

INTERPOSE void __longjmp_chk(jmp_buf buffer, int value) __attribute__((noreturn));
void __longjmp_chk(jmp_buf buffer, int value) {
    jump_to(buffer);
    REAL_OF(__longjmp_chk)(buffer, value);
    __builtin_unreachable();
}
