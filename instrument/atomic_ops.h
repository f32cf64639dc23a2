/* atomic_ops.h - the operations behind __tsan_atomic*, done for real.
 *
 * With -fsanitize=thread the compiler replaces an atomic operation by a call, so whoever answers
 * the call must do it: the dormant stubs (dormant.c) and the detector's hooks (tsan_atomic.c) both
 * take it from here. Orders: on x86-64 every locked instruction and every load is already as strong
 * as C11 can ask, so all are done sequentially consistent, but for stores, where the weaker orders
 * save an exchange.
 *
 * 16 bytes go through cmpxchg16b (build with -mcx16), loads too, which therefore need writable
 * memory, as libatomic's do on older processors.
 */
#ifndef RADDLE_INSTRUMENT_ATOMIC_OPS_H
#define RADDLE_INSTRUMENT_ATOMIC_OPS_H

#include <stdbool.h>
#include <stdint.h>

// clang-format off
typedef uint8_t atomic_u8;
typedef uint16_t atomic_u16;
typedef uint32_t atomic_u32;
typedef uint64_t atomic_u64;
typedef unsigned __int128 atomic_u128;

#define ATOMIC_WIDTHS(X) X(8) X(16) X(32) X(64) X(128)
#define ATOMIC_FETCHES(X, width)                                                                   \
    X(width, add) X(width, sub) X(width, and) X(width, or) X(width, xor) X(width, nand)

#define OP_FETCH(w, op)                                                                            \
    static inline atomic_u##w op_fetch_##op##w(volatile atomic_u##w *a, atomic_u##w v)             \
    {                                                                                              \
        return __atomic_fetch_##op(a, v, __ATOMIC_SEQ_CST);                                        \
    }

#define OP_BASICS(w)                                                                               \
    static inline atomic_u##w op_load##w(const volatile atomic_u##w *a)                            \
    {                                                                                              \
        return __atomic_load_n(a, __ATOMIC_SEQ_CST);                                               \
    }                                                                                              \
    static inline void op_store##w(volatile atomic_u##w *a, atomic_u##w v, int order)              \
    {                                                                                              \
        if (order == __ATOMIC_SEQ_CST) {                                                           \
            __atomic_store_n(a, v, __ATOMIC_SEQ_CST);                                              \
        } else {                                                                                   \
            __atomic_store_n(a, v, __ATOMIC_RELEASE);                                              \
        }                                                                                          \
    }                                                                                              \
    static inline atomic_u##w op_exchange##w(volatile atomic_u##w *a, atomic_u##w v)               \
    {                                                                                              \
        return __atomic_exchange_n(a, v, __ATOMIC_SEQ_CST);                                        \
    }                                                                                              \
    /* What *a held before; v was stored when that equals c. */                                    \
    static inline atomic_u##w op_cas##w(volatile atomic_u##w *a, atomic_u##w c, atomic_u##w v)     \
    {                                                                                              \
        __atomic_compare_exchange_n(a, &c, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);          \
        return c;                                                                                  \
    }                                                                                              \
    ATOMIC_FETCHES(OP_FETCH, w)

OP_BASICS(8)
OP_BASICS(16)
OP_BASICS(32)
OP_BASICS(64)

/* The __atomic builtins of 16 bytes are calls of libatomic; __sync is inlined with -mcx16. */
static inline atomic_u128 op_cas128(volatile atomic_u128 *a, atomic_u128 c, atomic_u128 v)
{
    return __sync_val_compare_and_swap(a, c, v);
}

static inline atomic_u128 op_load128(const volatile atomic_u128 *a)
{
    return op_cas128((volatile atomic_u128 *)(uintptr_t)a, 0, 0);
}

#define OP_LOOP(name, result)                                                                      \
    static inline atomic_u128 op_##name##128(volatile atomic_u128 *a, atomic_u128 v)               \
    {                                                                                              \
        atomic_u128 seen = op_load128(a);                                                          \
        for (;;) {                                                                                 \
            atomic_u128 old = seen;                                                                \
            seen = op_cas128(a, old, result);                                                      \
            if (seen == old) {                                                                     \
                return old;                                                                        \
            }                                                                                      \
        }                                                                                          \
    }

OP_LOOP(exchange, v)
OP_LOOP(fetch_add, old + v)
OP_LOOP(fetch_sub, old - v)
OP_LOOP(fetch_and, old & v)
OP_LOOP(fetch_or, old | v)
OP_LOOP(fetch_xor, old ^ v)
OP_LOOP(fetch_nand, ~(old & v))

static inline void op_store128(volatile atomic_u128 *a, atomic_u128 v, int order)
{
    (void)order;
    (void)op_exchange128(a, v);
}

#undef OP_FETCH
#undef OP_BASICS
#undef OP_LOOP

// clang-format on
#endif
