/* hooks.c - the calls that -fsanitize=thread puts around every access of the explored files.
 *
 * An atomic operation is a step, except the swap of a lock that OP_LOCK has granted already. Being
 * alone, the model does it in plain C. A weak compare-and-swap never fails for no reason, which loses
 * nothing: each loop around one begins anew then.
 */
#include <stdint.h>

#include "races.h"
#include "world.h"

#define PC ((uintptr_t)__builtin_return_address(0))

/* The names are the compiler's. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wmissing-declarations"

/* -- plain -- */

#define PLAIN(bytes)                                                                               \
    void __tsan_read##bytes(void *p) {                                                             \
        races_plain(p, bytes, false, PC);                                                          \
    }                                                                                              \
    void __tsan_write##bytes(void *p) {                                                            \
        races_plain(p, bytes, true, PC);                                                           \
    }                                                                                              \
    void __tsan_unaligned_read##bytes(void *p) {                                                   \
        races_plain(p, bytes, false, PC);                                                          \
    }                                                                                              \
    void __tsan_unaligned_write##bytes(void *p) {                                                  \
        races_plain(p, bytes, true, PC);                                                           \
    }

PLAIN(1)
PLAIN(2)
PLAIN(4)
PLAIN(8)
PLAIN(16)

void __tsan_read_range(void *p, unsigned long bytes) {
    races_plain(p, bytes, false, PC);
}

void __tsan_write_range(void *p, unsigned long bytes) {
    races_plain(p, bytes, true, PC);
}

void __tsan_init(void) {
}

void __tsan_func_entry(void *pc) {
    (void)pc;
}

void __tsan_func_exit(void) {
}

/* -- atomic -- */

/* As the checker: looking is no step. */
static void check_laws(const void *lock) {
    struct process *self = world_self;
    world_self = NULL;
    bool lawful = world_on_unlock == NULL || world_on_unlock((const rdl__lock *)lock);
    world_self = self;
    if (!lawful) {
        world_fail("the laws of what the lock guards do not hold when it is given up");
    }
}

/* The swap of a lock that has been granted is no step of its own. */
static bool is_granted(const void *p) {
    bool granted = world_self->passed == p;
    if (granted) {
        world_self->passed = NULL;
    }
    return granted;
}

static void before_swap(const void *p, size_t bytes, uint64_t expected, uintptr_t pc) {
    if (world_self != NULL && !is_granted(p)) {
        world_step_swap(p, bytes, expected, pc);
    }
}

static void before_change(const void *p, uintptr_t pc) {
    struct process *self = world_self;
    if (self == NULL) {
        return;
    }
    world_step(self->releasing == p ? OP_UNLOCK : OP_CHANGE, p, pc);
    if (self->releasing == p) {
        self->releasing = NULL;
        check_laws(p);
    }
}

static void before(enum op_kind kind, const void *p, uintptr_t pc) {
    if (world_self != NULL) {
        world_step(kind, p, pc);
    }
}

#define ATOMIC(bits, type)                                                                         \
    type __tsan_atomic##bits##_load(const volatile type *p, int order) {                           \
        before(OP_LOAD, (const void *)p, PC);                                                      \
        races_load((const void *)p, sizeof(type), order, PC);                                      \
        return *p;                                                                                 \
    }                                                                                              \
    void __tsan_atomic##bits##_store(volatile type *p, type v, int order) {                        \
        before(OP_STORE, (const void *)p, PC);                                                     \
        races_store((const void *)p, sizeof(type), order, PC);                                     \
        *p = v;                                                                                    \
    }                                                                                              \
    type __tsan_atomic##bits##_exchange(volatile type *p, type v, int order) {                     \
        before_change((const void *)p, PC);                                                        \
        races_change((const void *)p, sizeof(type), order, PC);                                    \
        type old = *p;                                                                             \
        *p = v;                                                                                    \
        return old;                                                                                \
    }                                                                                              \
    static type compare_exchange##bits(volatile type *p, type expected, type v, int order,         \
                                       int failure, uintptr_t pc) {                                \
        before_swap((const void *)p, sizeof(type), expected, pc);                                  \
        type old = *p;                                                                             \
        if (old == expected) {                                                                     \
            races_change((const void *)p, sizeof(type), order, pc);                                \
            *p = v;                                                                                \
        } else {                                                                                   \
            races_load((const void *)p, sizeof(type), failure, pc);                                \
        }                                                                                          \
        return old;                                                                                \
    }                                                                                              \
    type __tsan_atomic##bits##_compare_exchange_val(volatile type *p, type expected, type v,       \
                                                    int order, int failure) {                      \
        return compare_exchange##bits(p, expected, v, order, failure, PC);                         \
    }                                                                                              \
    int __tsan_atomic##bits##_compare_exchange_strong(volatile type *p, type *expected, type v,    \
                                                      int order, int failure) {                    \
        type old = compare_exchange##bits(p, *expected, v, order, failure, PC);                    \
        int done = old == *expected;                                                               \
        *expected = old;                                                                           \
        return done;                                                                               \
    }                                                                                              \
    int __tsan_atomic##bits##_compare_exchange_weak(volatile type *p, type *expected, type v,      \
                                                    int order, int failure) {                      \
        type old = compare_exchange##bits(p, *expected, v, order, failure, PC);                    \
        int done = old == *expected;                                                               \
        *expected = old;                                                                           \
        return done;                                                                               \
    }                                                                                              \
    FETCH(bits, type, add, old + v)                                                                \
    FETCH(bits, type, sub, old - v)                                                                \
    FETCH(bits, type, and, old &v)                                                                 \
    FETCH(bits, type, or, old | v)                                                                 \
    FETCH(bits, type, xor, old ^ v)

#define FETCH(bits, type, name, result)                                                            \
    type __tsan_atomic##bits##_fetch_##name(volatile type *p, type v, int order) {                 \
        before_change((const void *)p, PC);                                                        \
        races_change((const void *)p, sizeof(type), order, PC);                                    \
        type old = *p;                                                                             \
        *p = (type)(result);                                                                       \
        return old;                                                                                \
    }

ATOMIC(8, uint8_t)
ATOMIC(16, uint16_t)
ATOMIC(32, uint32_t)
ATOMIC(64, uint64_t)

/* Executions are sequentially consistent: a fence is no step. */
void __tsan_atomic_thread_fence(int order) {
    races_fence(order);
}

void __tsan_atomic_signal_fence(int order) {
    (void)order;
}
