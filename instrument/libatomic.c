/* libatomic.c - atomics of a size that no instruction has: calls into libatomic, which locks a mutex
 * of its own. They are atomics like the others [HB-C11-02]; the mutex, which unrelated objects share,
 * orders nothing. Zone: SYNC.
 */
#include "instrument/front.h"
#include "instrument/real.h"

/* What compilers call. Of these names they have builtins, with types that C cannot write: so ours are
 * spelt otherwise here. */
#pragma redefine_extname raddle_atomic_load __atomic_load
#pragma redefine_extname raddle_atomic_store __atomic_store
#pragma redefine_extname raddle_atomic_exchange __atomic_exchange
#pragma redefine_extname raddle_atomic_cas __atomic_compare_exchange
INTERPOSE void raddle_atomic_load(size_t n, void *from, void *to, int order);
INTERPOSE void raddle_atomic_store(size_t n, void *to, void *from, int order);
INTERPOSE void raddle_atomic_exchange(size_t n, void *at, void *value, void *old, int order);
INTERPOSE bool raddle_atomic_cas(size_t n, void *at, void *wanted, void *value, int order,
                                 int failure_order);

/* An operation under way; the detector's lock on its address is held, so nobody is watched. */
struct wide {
    struct det_task *t;
    uintptr_t addr, state;
};

static struct wide begin(void *at, size_t n, uint32_t bits, uintptr_t pc) {
    struct wide w = {.t = event_enter(), .addr = (uintptr_t)at};
    if (w.t != NULL) {
        det_access(w.t, w.addr, n, bits | EV_ATOMIC, pc);
        w.state = det_atomic_begin(w.t, w.addr, 1, bits | EV_ATOMIC, pc); /* the core's are 2^n */
        hide_enter();
    }
    return w;
}

static void end(const struct wide *w, enum ev_atomic did, int order) {
    if (w->t != NULL) {
        hide_leave(w->t);
        det_atomic_end(w->t, w->state, w->addr, did, (enum ev_order)(order & 7));
        event_leave();
    }
}

void raddle_atomic_load(size_t n, void *from, void *to, int order) {
    struct wide w = begin(from, n, EV_READ, CALLER_PC);
    REAL_OF(__atomic_load)(n, from, to, order);
    end(&w, EV_LOAD, order);
}

void raddle_atomic_store(size_t n, void *to, void *from, int order) {
    struct wide w = begin(to, n, EV_WRITE, CALLER_PC);
    REAL_OF(__atomic_store)(n, to, from, order);
    end(&w, EV_STORE, order);
}

void raddle_atomic_exchange(size_t n, void *at, void *value, void *old, int order) {
    struct wide w = begin(at, n, EV_WRITE, CALLER_PC);
    REAL_OF(__atomic_exchange)(n, at, value, old, order);
    end(&w, EV_RMW, order);
}

bool raddle_atomic_cas(size_t n, void *at, void *wanted, void *value, int order,
                       int failure_order) {
    struct wide w = begin(at, n, EV_WRITE, CALLER_PC);
    bool done = REAL_OF(__atomic_compare_exchange)(n, at, wanted, value, order, failure_order);
    end(&w, done ? EV_RMW : EV_CAS_FAILED, done ? order : failure_order);
    return done;
}
