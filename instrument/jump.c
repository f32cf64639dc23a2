/* jump.c - setjmp and longjmp: the shadow stack is cut to where it was [D4].
 *
 * Compiled code tells of every entry, and of every exit but those a longjmp skips. setjmp notes the
 * depth of the shadow stack under the address of its buffer; longjmp returns to that depth. Nothing
 * can be kept in the buffer itself, which is shorter in the cleanup records of pthreads.
 *
 * Model    a hash table of (buffer, depth), a few slots per bucket, the oldest gives way. A lost
 *          entry leaves frames on the stack that are no more: wrong outer frames in a report, never
 *          a wrong verdict.
 */
#include "instrument/jump.h"

#include "instrument/front.h"
#include "instrument/real.h"

#include <setjmp.h>

#define BUCKETS 1024
#define WAYS    4

struct jump {
    uintptr_t buffer;
    uint32_t depth;
    uint32_t unused;
};

/* Owner: whoever holds the bucket's lock. */
static struct bucket {
    uint32_t lock;
    uint32_t next; /* the way that gives way next */
    struct jump way[WAYS];
} buckets[BUCKETS];

HIDDEN void jump_note(const void *buffer);
void *jump_real_setjmp;
void *jump_real__setjmp;
void *jump_real___sigsetjmp;

/* A handler may have interrupted the holder on this thread: then there is no entry, see above. */
static struct bucket *lock_bucket(const void *buffer) {
    struct bucket *b = &buckets[((uintptr_t)buffer >> 4) * 0x9e3779b1u % BUCKETS];
    for (unsigned i = 0; i < 1000; i++) {
        if (__atomic_exchange_n(&b->lock, 1, __ATOMIC_ACQUIRE) == 0) {
            return b;
        }
    }
    return NULL;
}

static struct jump *find(struct bucket *b, const void *buffer) {
    for (unsigned i = 0; i < WAYS; i++) {
        if (b->way[i].buffer == (uintptr_t)buffer) {
            return &b->way[i];
        }
    }
    return NULL;
}

/* Called by the entries of setjmp.S, which then jump to the real one. */
void jump_note(const void *buffer) {
    if (UNLIKELY(jump_real_setjmp == NULL)) {
        real_find();
    }
    const struct det_task *t = self.task;
    struct bucket *b = t != NULL ? lock_bucket(buffer) : NULL;
    if (b != NULL) {
        struct jump *j = find(b, buffer);
        if (j == NULL) {
            j = &b->way[b->next++ % WAYS];
        }
        j->buffer = (uintptr_t)buffer;
        j->depth = det_call_depth(t);
        __atomic_store_n(&b->lock, 0, __ATOMIC_RELEASE);
    }
}

static void jumping(const void *buffer) {
    struct det_task *t = event_enter();
    if (t == NULL) {
        return;
    }
    struct bucket *b = lock_bucket(buffer);
    if (b != NULL) {
        const struct jump *j = find(b, buffer);
        if (j != NULL && j->depth <= det_call_depth(t)) {
            det_call_unwind(t, j->depth);
        }
        __atomic_store_n(&b->lock, 0, __ATOMIC_RELEASE);
    }
    event_leave();
}

INTERPOSE void longjmp(jmp_buf buffer, int value) {
    jumping(buffer);
    REAL_OF(longjmp)(buffer, value);
    __builtin_unreachable();
}

INTERPOSE void _longjmp(jmp_buf buffer, int value) {
    jumping(buffer);
    REAL_OF(_longjmp)(buffer, value);
    __builtin_unreachable();
}

INTERPOSE void siglongjmp(sigjmp_buf buffer, int value) {
    jumping(buffer);
    REAL_OF(siglongjmp)(buffer, value);
    __builtin_unreachable();
}

INTERPOSE void __longjmp_chk(jmp_buf buffer, int value) __attribute__((noreturn));
void __longjmp_chk(jmp_buf buffer, int value) {
    jumping(buffer);
    REAL_OF(__longjmp_chk)(buffer, value);
    __builtin_unreachable();
}
