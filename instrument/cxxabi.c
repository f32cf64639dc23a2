/* cxxabi.c - the guards of C++ function-local statics: who initialises, and who waits.
 *
 * Compiled code reads the guard's first byte by an acquire load, which is a hook; the store that it
 * pairs with is in libstdc++, unseen. So it is told here: completion of the initialiser happens
 * before every later pass [HB-ON-01].
 *
 * The C++ library may be out of dlsym's reach (loaded by dlopen without RTLD_GLOBAL) although it
 * binds to us; then the guard is kept here, by the Itanium ABI's rule that its first byte is 1 when
 * all is done, and with the second for our own use. (libstdc++ and LLVM's library use the second likewise: it is
 * not 0 while somebody initialises.)
 */
#include "instrument/hook.h"
#include "instrument/once.h"
#include "instrument/real.h"
#include "instrument/sys.h"

enum { FREE, UNDER_WAY };

static uint8_t *done_byte(uint64_t *guard) {
    return (uint8_t *)guard;
}

static uint8_t *state_byte(uint64_t *guard) {
    return (uint8_t *)guard + 1;
}

static bool is_done(uint64_t *guard) {
    return __atomic_load_n(done_byte(guard), __ATOMIC_ACQUIRE) != 0;
}

static int acquire_here(uint64_t *guard) {
    for (;;) {
        if (is_done(guard)) {
            return 0;
        }
        if (__atomic_exchange_n(state_byte(guard), UNDER_WAY, __ATOMIC_ACQUIRE) == FREE) {
            /* Between our look and the exchange another may have come to its end. */
            if (!is_done(guard)) {
                return 1;
            }
            __atomic_store_n(state_byte(guard), FREE, __ATOMIC_RELEASE);
            return 0;
        }
        sys_yield();
    }
}

static void receive(uint64_t *guard) {
    struct det_task *t = event_enter();
    if (t != NULL) {
        det_acquire(t, (uintptr_t)guard);
        event_leave();
    }
}

bool guard_is_under_way(const volatile void *guard) {
    uint64_t *plain = (uint64_t *)(uintptr_t)guard;
    return !is_done(plain) && __atomic_load_n(state_byte(plain), __ATOMIC_ACQUIRE) != 0;
}

static int acquire_there(uint64_t *guard, uintptr_t pc) {
    if (is_done(guard)) {
        return real.__cxa_guard_acquire(guard);
    }
    /* As in once.c. An initialiser that comes back to its own variable gets an exception of libstdc++ where
     * there is no other thread: who leaves the initialiser says then that nobody waits. */
    sync_may_wait(EV_WAIT_CXA_GUARD, guard, guard_is_under_way(guard), pc);
    self.in_guard = true;
    int initialise = real.__cxa_guard_acquire(guard);
    self.in_guard = false;
    sync_waited();
    return initialise;
}

INTERPOSE int __cxa_guard_acquire(uint64_t *guard);
int __cxa_guard_acquire(uint64_t *guard) {
    if (UNLIKELY(real.__cxa_guard_acquire == NULL)) {
        real_find(); /* once more: the library may have come since */
    }
    bool ours = real.__cxa_guard_acquire == NULL || real.__cxa_guard_release == NULL;
    int initialise = ours ? acquire_here(guard) : acquire_there(guard, CALLER_PC);
    receive(guard); /* who initialises, too: another may have tried before */
    if (initialise != 0) {
        once_begin(guard, CALLER_PC);
    }
    return initialise;
}

static void left(struct det_task *t, uintptr_t guard) {
    if (self.in_guard) {
        self.in_guard = false;
        det_wait_end(t);
    }
    det_lock_released(t, guard, EV_LOCK_ONCE);
}

/* The store that compiled code's acquire load reads from. */
INTERPOSE void __cxa_guard_release(uint64_t *guard);
void __cxa_guard_release(uint64_t *guard) {
    uintptr_t key = (uintptr_t)guard, state = 0;
    struct det_task *t = event_enter();
    if (t != NULL) {
        left(t, key);
        state = det_atomic_begin(t, key, 1, EV_WRITE | EV_ATOMIC, CALLER_PC);
    }
    if (real.__cxa_guard_acquire != NULL && real.__cxa_guard_release != NULL) {
        real.__cxa_guard_release(guard);
    } else {
        __atomic_store_n(done_byte(guard), 1, __ATOMIC_RELEASE);
        __atomic_store_n(state_byte(guard), FREE, __ATOMIC_RELEASE);
    }
    if (t != NULL) {
        det_atomic_end(t, state, key, EV_STORE, EV_RELEASE);
        event_leave();
    }
}

/* An initialiser that threw happens before the next one. */
INTERPOSE void __cxa_guard_abort(uint64_t *guard);
void __cxa_guard_abort(uint64_t *guard) {
    struct det_task *t = event_enter();
    if (t != NULL) {
        left(t, (uintptr_t)guard);
        det_release_merge(t, (uintptr_t)guard);
        event_leave();
    }
    if (real.__cxa_guard_acquire != NULL && real.__cxa_guard_abort != NULL) {
        real.__cxa_guard_abort(guard);
    } else {
        __atomic_store_n(state_byte(guard), FREE, __ATOMIC_RELEASE);
    }
}
