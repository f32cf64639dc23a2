/* tsan_atomic.c - the hooks of atomics, fences and mem*.
 *
 * Zone     SYNC, but that the operation itself is the program's.
 * Shape    begin, operation, end: see event.h. Without a task it is the operation alone.
 * Orders   arrive as C11's numbers, sometimes with hints in the upper bits.
 */
#include "instrument/atomic_ops.h"
#include "instrument/hook.h"
#include "instrument/real.h"
#include "instrument/sync_event.h"
#include "instrument/unchecked.h"

static enum ev_order order_of(int order) {
    return (enum ev_order)(order & 0x7);
}

/* One operation under way. t NULL: nobody watches, or the access is not to be judged. */
struct atomic {
    struct det_task *t;
    uintptr_t addr, state;
    bool unchecked;
};

/* An atomic that is not to be judged as an access orders as if it were the strongest: value and clock do
 * not move as one, and the error side must be a miss. */
static COLD void unchecked_begins(struct atomic *a, uint32_t bits, uintptr_t pc) {
    a->unchecked = unchecked_access(a->addr, 1, bits | EV_ATOMIC, pc);
    struct det_task *t =
        a->unchecked && (bits & EV_WRITE) != 0 && !ignores_sync() ? event_enter() : NULL;
    if (t != NULL) {
        det_release_merge(t, a->addr);
        event_leave();
    }
}

static inline struct atomic begin(const volatile void *p, size_t size, uint32_t bits,
                                  uintptr_t pc) {
    struct atomic a = {.addr = (uintptr_t)p};
    if (UNLIKELY(self.ignores.any != 0) && ignores_access(bits)) {
        unchecked_begins(&a, bits, pc);
        return a;
    }
    a.t = event_enter();
    if (LIKELY(a.t != NULL)) {
        a.state = det_atomic_begin(a.t, a.addr, size, bits | EV_ATOMIC, pc);
    }
    return a;
}

static inline void end(const struct atomic *a, enum ev_atomic did, int order) {
    if (LIKELY(a->t != NULL)) {
        det_atomic_end(a->t, a->state, a->addr, did, order_of(ignores_sync() ? EV_RELAXED : order));
        event_leave();
    } else if (UNLIKELY(a->unchecked) && did != EV_STORE) {
        sync_receive((const volatile void *)a->addr);
    }
}

// clang-format off
#define FETCH_HOOK(w, op)                                                                          \
    HOOK(atomic_u##w, atomic##w##_fetch_##op, volatile atomic_u##w *p, atomic_u##w v, int order)   \
    {                                                                                              \
        struct atomic a = begin(p, sizeof *p, EV_WRITE, CALLER_PC);                                \
        atomic_u##w old = op_fetch_##op##w(p, v);                                                  \
        end(&a, EV_RMW, order);                                                                    \
        return old;                                                                                \
    }

#define CAS_HOOK(w, strength)                                                                      \
    HOOK(int, atomic##w##_compare_exchange_##strength, volatile atomic_u##w *p,                    \
         atomic_u##w *expected, atomic_u##w v, int order, int failure_order)                       \
    {                                                                                              \
        atomic_u##w wanted = *expected;                                                            \
        atomic_u##w old = compare_exchange##w(p, wanted, v, order, failure_order, CALLER_PC);      \
        if (old == wanted) {                                                                       \
            return 1;                                                                              \
        }                                                                                          \
        *expected = old;                                                                           \
        return 0;                                                                                  \
    }

#define ATOMIC_HOOKS(w)                                                                            \
    HOOK(atomic_u##w, atomic##w##_load, const volatile atomic_u##w *p, int order)                  \
    {                                                                                              \
        struct atomic a = begin(p, sizeof *p, EV_READ, CALLER_PC);                                 \
        atomic_u##w v = op_load##w(p);                                                             \
        end(&a, EV_LOAD, order);                                                                   \
        return v;                                                                                  \
    }                                                                                              \
    HOOK(void, atomic##w##_store, volatile atomic_u##w *p, atomic_u##w v, int order)               \
    {                                                                                              \
        struct atomic a = begin(p, sizeof *p, EV_WRITE, CALLER_PC);                                \
        op_store##w(p, v, order);                                                                  \
        end(&a, EV_STORE, order);                                                                  \
    }                                                                                              \
    HOOK(atomic_u##w, atomic##w##_exchange, volatile atomic_u##w *p, atomic_u##w v, int order)     \
    {                                                                                              \
        struct atomic a = begin(p, sizeof *p, EV_WRITE, CALLER_PC);                                \
        atomic_u##w old = op_exchange##w(p, v);                                                    \
        end(&a, EV_RMW, order);                                                                    \
        return old;                                                                                \
    }                                                                                              \
    static atomic_u##w compare_exchange##w(volatile atomic_u##w *p, atomic_u##w wanted,            \
                                           atomic_u##w v, int order, int failure_order,            \
                                           uintptr_t pc)                                           \
    {                                                                                              \
        struct atomic a = begin(p, sizeof *p, EV_WRITE, pc);                                       \
        atomic_u##w old = op_cas##w(p, wanted, v);                                                 \
        bool done = old == wanted;                                                                 \
        end(&a, done ? EV_RMW : EV_CAS_FAILED, done ? order : failure_order);                      \
        return old;                                                                                \
    }                                                                                              \
    HOOK(atomic_u##w, atomic##w##_compare_exchange_val, volatile atomic_u##w *p,                   \
         atomic_u##w wanted, atomic_u##w v, int order, int failure_order)                          \
    {                                                                                              \
        return compare_exchange##w(p, wanted, v, order, failure_order, CALLER_PC);                 \
    }                                                                                              \
    CAS_HOOK(w, strong)                                                                            \
    CAS_HOOK(w, weak)                                                                              \
    ATOMIC_FETCHES(FETCH_HOOK, w)

ATOMIC_WIDTHS(ATOMIC_HOOKS)
// clang-format on

/* A release fence publishes before what follows, an acquire fence receives after what precedes: on
 * x86-64 the instruction itself may stand on either side. */
HOOK(void, atomic_thread_fence, int order) {
    struct det_task *t = ignores_sync() ? NULL : event_enter();
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (t != NULL) {
        det_fence(t, order_of(order));
        event_leave();
    }
}

/* Orders a thread with its own signal handlers: nothing between tasks. */
HOOK(void, atomic_signal_fence, int order) {
    (void)order;
}

/* -- memory functions, by the names clang gives them -- */

HOOK(void *, memcpy, void *to, const void *from, size_t n) {
    hook_range((uintptr_t)from, n, EV_READ, CALLER_PC);
    hook_range((uintptr_t)to, n, EV_WRITE, CALLER_PC);
    return REAL_OF(memcpy)(to, from, n);
}

HOOK(void *, memmove, void *to, const void *from, size_t n) {
    hook_range((uintptr_t)from, n, EV_READ, CALLER_PC);
    hook_range((uintptr_t)to, n, EV_WRITE, CALLER_PC);
    return REAL_OF(memmove)(to, from, n);
}

HOOK(void *, memset, void *to, int byte, size_t n) {
    hook_range((uintptr_t)to, n, EV_WRITE, CALLER_PC);
    return REAL_OF(memset)(to, byte, n);
}
