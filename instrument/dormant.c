/* dormant.c - what a hook that replaces an operation does while no detector is there.
 *
 * Linked into every user's output beside stubs.S, hidden, without a library of its own; built
 * without a sanitizer and without letting the compiler turn the loops into calls of themselves.
 */
#include "instrument/atomic_ops.h"

#include <stddef.h>
#include <string.h>

#define DORMANT __attribute__((visibility("hidden")))

/* A library that dlopen brings later runs its constructors before anybody could look at it. Its
 * first constructor calls __tsan_init, and so tells a detector of the process, if there is one, in
 * time. The reference is weak: without the detector it is NULL, and nothing is added to the link.
 */
extern void raddle_detector_module(void) __attribute__((weak, visibility("default")));

DORMANT void dormant_init(void);
void dormant_init(void) {
    if (raddle_detector_module != NULL) {
        raddle_detector_module();
    }
}

/* The compiler called memcpy by another name: so do we. */
DORMANT void *dormant_memcpy(void *to, const void *from, size_t n);
void *dormant_memcpy(void *to, const void *from, size_t n) {
    return memcpy(to, from, n);
}

DORMANT void *dormant_memmove(void *to, const void *from, size_t n);
void *dormant_memmove(void *to, const void *from, size_t n) {
    return memmove(to, from, n);
}

DORMANT void *dormant_memset(void *to, int byte, size_t n);
void *dormant_memset(void *to, int byte, size_t n) {
    return memset(to, byte, n);
}

/* Callers keep what they get and hand it back; none looks into it, many refuse NULL. */
static char fiber_of_nobody;

DORMANT void *dormant_get_current_fiber(void);
void *dormant_get_current_fiber(void) {
    return &fiber_of_nobody;
}

DORMANT void *dormant_create_fiber(unsigned flags);
void *dormant_create_fiber(unsigned flags) {
    (void)flags;
    return &fiber_of_nobody;
}

DORMANT void dormant_atomic_thread_fence(int order);
void dormant_atomic_thread_fence(int order) {
    (void)order;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

DORMANT int dormant_mutex_pre_unlock(void *lock, unsigned flags);
int dormant_mutex_pre_unlock(void *lock, unsigned flags) {
    (void)lock, (void)flags;
    return 0;
}

DORMANT void *dormant_external_register_tag(const char *type);
void *dormant_external_register_tag(const char *type) {
    (void)type;
    return NULL;
}

/* What code with dynamic annotations asks the tool. Weak, as the annotations themselves. */
#define ANSWER(type, name, parameters, answer)                                                     \
    DORMANT __attribute__((weak)) type name parameters;                                            \
    type name parameters {                                                                         \
        return answer;                                                                             \
    }
ANSWER(int, RunningOnValgrind, (void), 0)
ANSWER(double, ValgrindSlowdown, (void), 10.0)
ANSWER(const char *, ThreadSanitizerQuery, (const char *what),
       strcmp(what, "pure_happens_before") == 0 ? "1" : "0")

/* Atomics. Each is declared and defined at once, for there is no caller that could see a header. */

// clang-format off
#define FUNCTION(type, name, ...)                                                                  \
    DORMANT type name(__VA_ARGS__);                                                                \
    type name(__VA_ARGS__)

#define DORMANT_FETCH(w, op)                                                                       \
    FUNCTION(atomic_u##w, dormant_atomic##w##_fetch_##op, volatile atomic_u##w *a, atomic_u##w v,  \
             int order)                                                                            \
    {                                                                                              \
        (void)order;                                                                               \
        return op_fetch_##op##w(a, v);                                                             \
    }

#define DORMANT_CAS(w, strength)                                                                   \
    FUNCTION(int, dormant_atomic##w##_compare_exchange_##strength, volatile atomic_u##w *a,        \
             atomic_u##w *expected, atomic_u##w v, int order, int failure_order)                   \
    {                                                                                              \
        (void)order, (void)failure_order;                                                          \
        atomic_u##w wanted = *expected;                                                            \
        atomic_u##w seen = op_cas##w(a, wanted, v);                                                \
        if (seen == wanted) {                                                                      \
            return 1;                                                                              \
        }                                                                                          \
        *expected = seen;                                                                          \
        return 0;                                                                                  \
    }

#define DORMANT_ATOMICS(w)                                                                         \
    FUNCTION(atomic_u##w, dormant_atomic##w##_load, const volatile atomic_u##w *a, int order)      \
    {                                                                                              \
        (void)order;                                                                               \
        return op_load##w(a);                                                                      \
    }                                                                                              \
    FUNCTION(void, dormant_atomic##w##_store, volatile atomic_u##w *a, atomic_u##w v, int order)   \
    {                                                                                              \
        op_store##w(a, v, order);                                                                  \
    }                                                                                              \
    FUNCTION(atomic_u##w, dormant_atomic##w##_exchange, volatile atomic_u##w *a, atomic_u##w v,    \
             int order)                                                                            \
    {                                                                                              \
        (void)order;                                                                               \
        return op_exchange##w(a, v);                                                               \
    }                                                                                              \
    ATOMIC_FETCHES(DORMANT_FETCH, w)                                                               \
    DORMANT_CAS(w, strong)                                                                         \
    DORMANT_CAS(w, weak)                                                                           \
    FUNCTION(atomic_u##w, dormant_atomic##w##_compare_exchange_val, volatile atomic_u##w *a,       \
             atomic_u##w expected, atomic_u##w v, int order, int failure_order)                    \
    {                                                                                              \
        (void)order, (void)failure_order;                                                          \
        return op_cas##w(a, expected, v);                                                          \
    }

ATOMIC_WIDTHS(DORMANT_ATOMICS)
