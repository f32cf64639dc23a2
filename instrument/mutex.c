/* mutex.c - pthread mutexes, condition variables and spin locks.
 *
 * A lock is first tried: only one that is taken is a wait. (EBUSY of a mutex that the caller holds
 * itself turns into the right answer, or the deadlock, in the real call.) Of a recursive mutex only
 * the outermost level counts [HB-PT-02]. A condition variable has no edge of its own: its wait
 * unlocks before and locks after, on cancellation too [HB-PT-04].
 */
#include "instrument/deadlock.h"
#include "instrument/front.h"
#include "instrument/misuse.h"
#include "instrument/real.h"
#include "instrument/sync_event.h"

#include <errno.h>

/* 0.4 us. Of queue.c in tests/bench: 2250 ns without, 1550 to 1600 with any from 15 to 300, but those cost
 * more the longer they are when other programs keep the holder from running. */
#define TURNS 15u

#define PTHREAD_MUTEX_ROBUST_BIT 16 /* of glibc's __kind */

/* The caller holds m: whether it holds it more than once. */
static bool is_inner_level(const pthread_mutex_t *m) {
    return (m->__data.__kind & 3) == PTHREAD_MUTEX_RECURSIVE && m->__data.__count > 1;
}

static bool is_outermost(const pthread_mutex_t *m, int result) {
    return (result == 0 || result == EOWNERDEAD) && !is_inner_level(m);
}

static bool is_robust(const pthread_mutex_t *m) {
    return (m->__data.__kind & PTHREAD_MUTEX_ROBUST_BIT) != 0;
}

/* Of the modes. Who waits for a robust one gets it when its holder ends. */
static uint32_t sort_of(const pthread_mutex_t *m) {
    return EV_LOCK_IS_MUTEX | (UNLIKELY(is_robust(m)) ? EV_LOCK_RECOVERS : 0);
}

/* Whether the real lock only counts, or refuses: the caller holds it, and it is no plain one. */
static bool answers_at_once(const pthread_mutex_t *m) {
    int type = m->__data.__kind & 3;
    return (type == PTHREAD_MUTEX_RECURSIVE || type == PTHREAD_MUTEX_ERRORCHECK) &&
           (uint32_t)m->__data.__owner == deadlock_thread();
}

static void wait_for(const pthread_mutex_t *m, clockid_t clock, const struct timespec *deadline,
                     uintptr_t pc) {
    if ((uint32_t)m->__data.__owner == deadlock_thread()) {
        misuse_of_own(m, pc);
    }
    sync_touch(m, pc);
    bool is_free =
        __atomic_load_n(&m->__data.__lock, __ATOMIC_RELAXED) == 0; /* a robust one, not tried */
    if (!is_free && !answers_at_once(m)) {
        sync_wait(EV_WAIT_PTHREAD_MUTEX, m, NULL, clock, deadline, pc);
    }
}

/* After a try. */
static int tried(const pthread_mutex_t *m, int result, uint32_t mode, uintptr_t pc) {
    if (is_outermost(m, result)) {
        sync_taken(m, NULL, mode | sort_of(m), pc);
    } else {
        sync_touch(m, pc);
        misuse_refused(m, result, pc);
    }
    return result;
}

/* After a wait. */
static int locked(const pthread_mutex_t *m, int result, uint32_t mode, uintptr_t pc) {
    sync_waited();
    if (is_outermost(m, result)) {
        sync_locked(m, NULL, mode | sort_of(m), pc);
    } else {
        misuse_refused(m, result, pc);
    }
    return result;
}

static void unlocking(const pthread_mutex_t *m, uintptr_t pc) {
    misuse_unlocking(m, pc);
    if (!is_inner_level(m)) {
        sync_unlocking(m, EV_LOCK_WRITE, pc);
    }
}

/* -- mutexes -- */

/* Of a robust one only its attributes tell whether other processes share it (deadlock_is_within). */
static enum ev_object_kind kind_of(const pthread_mutexattr_t *attributes) {
    int robust = PTHREAD_MUTEX_STALLED, shared = PTHREAD_PROCESS_PRIVATE;
    if (attributes != NULL) {
        pthread_mutexattr_getrobust(attributes, &robust);
        pthread_mutexattr_getpshared(attributes, &shared);
    }
    bool is_own = robust == PTHREAD_MUTEX_ROBUST && shared == PTHREAD_PROCESS_PRIVATE;
    return is_own ? EV_OBJECT_ROBUST_MUTEX : EV_OBJECT_MUTEX;
}

INTERPOSE int pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *attributes) {
    misuse_of_mutex(DEED_INIT, m, CALLER_PC);
    sync_new(kind_of(attributes), m, sizeof *m, CALLER_PC);
    return REAL_OF(pthread_mutex_init)(m, attributes);
}

INTERPOSE int pthread_mutex_destroy(pthread_mutex_t *m) {
    misuse_of_mutex(DEED_DESTROY, m, CALLER_PC);
    sync_destroy(m, sizeof *m, CALLER_PC);
    return REAL_OF(pthread_mutex_destroy)(m);
}

/* A robust mutex is not tried: one that cannot be recovered would stay locked by a try of it. */
static int try_first(pthread_mutex_t *m) {
    return UNLIKELY(is_robust(m)) ? EBUSY : REAL_OF(pthread_mutex_trylock)(m);
}

/* Somebody else's lock, before it is a wait: what is told of within a critical section makes it so much
 * longer that threads would sleep which otherwise hardly ever meet. */
static COLD int try_again(pthread_mutex_t *m) {
    for (uint32_t i = 0; i < TURNS; i++) {
        if (__atomic_load_n(&m->__data.__lock, __ATOMIC_RELAXED) == 0) {
            int result = try_first(m);
            if (result != EBUSY) {
                return result;
            }
        }
        __builtin_ia32_pause();
    }
    return EBUSY;
}

INTERPOSE int pthread_mutex_lock(pthread_mutex_t *m) {
    misuse_unsafe(DEED_CALL_LOCK, CALLER_PC);
    sync_expect(m);
    int result = try_first(m);
    result = LIKELY(result != EBUSY) ? result : try_again(m);
    if (LIKELY(result != EBUSY)) {
        return tried(m, result, EV_LOCK_WRITE, CALLER_PC);
    }
    wait_for(m, CLOCK_MONOTONIC, NULL, CALLER_PC);
    return locked(m, REAL_OF(pthread_mutex_lock)(m), EV_LOCK_WRITE, CALLER_PC);
}

INTERPOSE int pthread_mutex_trylock(pthread_mutex_t *m) {
    return tried(m, REAL_OF(pthread_mutex_trylock)(m), EV_LOCK_WRITE | EV_LOCK_TRY, CALLER_PC);
}

INTERPOSE int pthread_mutex_timedlock(pthread_mutex_t *m, const struct timespec *deadline) {
    int result = try_first(m);
    result = LIKELY(result != EBUSY) ? result : try_again(m);
    if (LIKELY(result != EBUSY)) {
        return tried(m, result, EV_LOCK_WRITE | EV_LOCK_TIMED, CALLER_PC);
    }
    wait_for(m, CLOCK_REALTIME, deadline, CALLER_PC);
    return locked(m, REAL_OF(pthread_mutex_timedlock)(m, deadline), EV_LOCK_WRITE | EV_LOCK_TIMED,
                  CALLER_PC);
}

INTERPOSE int pthread_mutex_clocklock(pthread_mutex_t *m, clockid_t clock,
                                      const struct timespec *deadline) {
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) {
        return REAL_OF(pthread_mutex_clocklock)(m, clock, deadline); /* refuses */
    }
    int result = try_first(m);
    result = LIKELY(result != EBUSY) ? result : try_again(m);
    if (LIKELY(result != EBUSY)) {
        return tried(m, result, EV_LOCK_WRITE | EV_LOCK_TIMED, CALLER_PC);
    }
    wait_for(m, clock, deadline, CALLER_PC);
    return locked(m, REAL_OF(pthread_mutex_clocklock)(m, clock, deadline),
                  EV_LOCK_WRITE | EV_LOCK_TIMED, CALLER_PC);
}

INTERPOSE int pthread_mutex_unlock(pthread_mutex_t *m) {
    unlocking(m, CALLER_PC);
    return REAL_OF(pthread_mutex_unlock)(m);
}

/* -- condition variables -- */

/* A wait under way: enough to tell its end, from the cleanup of a cancelled thread too. */
struct cond_wait {
    pthread_mutex_t *m;
    uintptr_t pc;
    bool inner; /* the mutex was held more than once: it stays held */
};

static void cond_wait_begin(struct cond_wait *w, pthread_cond_t *c, clockid_t clock,
                            const struct timespec *deadline) {
    misuse_waiting(c, w->m, w->pc);
    sync_touch(c, w->pc);
    w->inner = is_inner_level(w->m);
    if (!w->inner) {
        sync_unlocking(w->m, EV_LOCK_WRITE | EV_LOCK_WAITS, w->pc);
    }
    sync_wait(EV_WAIT_PTHREAD_COND, c, NULL, clock, deadline, w->pc);
    misuse_waiting_is_told(c, w->m, w->pc);
}

/* The mutex is held again, whatever the result of the wait. */
static void cond_wait_end(void *argument) {
    struct cond_wait *w = argument;
    sync_waited();
    if (!w->inner) {
        sync_locked(w->m, NULL, EV_LOCK_WRITE | sort_of(w->m), w->pc);
        sync_condition_waited(w->m);
    }
}

INTERPOSE int pthread_cond_init(pthread_cond_t *c, const pthread_condattr_t *attributes) {
    sync_new(EV_OBJECT_COND, c, sizeof *c, CALLER_PC);
    return REAL_OF(pthread_cond_init)(c, attributes);
}

INTERPOSE int pthread_cond_destroy(pthread_cond_t *c) {
    bool waits = misuse_of_destroy(EV_OBJECT_COND, c, CALLER_PC);
    sync_destroy(c, sizeof *c, CALLER_PC);
    if (waits) {
        sync_wait(EV_WAIT_PTHREAD_COND_DESTROY, c, NULL, CLOCK_MONOTONIC, NULL, CALLER_PC);
    }
    int result = REAL_OF(pthread_cond_destroy)(c);
    if (waits) {
        sync_waited();
    }
    return result;
}

INTERPOSE int pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m) {
    struct cond_wait w = {.m = m, .pc = CALLER_PC};
    int result;
    cond_wait_begin(&w, c, CLOCK_MONOTONIC, NULL);
    pthread_cleanup_push(cond_wait_end, &w);
    result = REAL_OF(pthread_cond_wait)(c, m);
    pthread_cleanup_pop(1);
    return result;
}

/* The clock of a condition variable is an attribute of it; glibc keeps it in bit 1 of wrefs. */
static clockid_t clock_of(const pthread_cond_t *c) {
    return (c->__data.__wrefs & 2) != 0 ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

INTERPOSE int pthread_cond_timedwait(pthread_cond_t *c, pthread_mutex_t *m,
                                     const struct timespec *deadline) {
    struct cond_wait w = {.m = m, .pc = CALLER_PC};
    int result;
    cond_wait_begin(&w, c, clock_of(c), deadline);
    pthread_cleanup_push(cond_wait_end, &w);
    result = REAL_OF(pthread_cond_timedwait)(c, m, deadline);
    pthread_cleanup_pop(1);
    return result;
}

INTERPOSE int pthread_cond_clockwait(pthread_cond_t *c, pthread_mutex_t *m, clockid_t clock,
                                     const struct timespec *deadline) {
    struct cond_wait w = {.m = m, .pc = CALLER_PC};
    int result;
    cond_wait_begin(&w, c, clock, deadline);
    pthread_cleanup_push(cond_wait_end, &w);
    result = REAL_OF(pthread_cond_clockwait)(c, m, clock, deadline);
    pthread_cleanup_pop(1);
    return result;
}

INTERPOSE int pthread_cond_signal(pthread_cond_t *c) {
    misuse_using_cond(DEED_WAKE, c, CALLER_PC);
    det_serves((uintptr_t)c);
    sync_signals(c, CALLER_PC);
    return REAL_OF(pthread_cond_signal)(c);
}

INTERPOSE int pthread_cond_broadcast(pthread_cond_t *c) {
    misuse_using_cond(DEED_WAKE, c, CALLER_PC);
    det_serves((uintptr_t)c);
    sync_signals(c, CALLER_PC);
    return REAL_OF(pthread_cond_broadcast)(c);
}

/* -- spin locks: a mutex in all but name [HB-PT-03] -- */

INTERPOSE int pthread_spin_init(pthread_spinlock_t *s, int shared) {
    bool is_own = shared == PTHREAD_PROCESS_PRIVATE;
    misuse_of_spin(DEED_INIT, s, CALLER_PC);
    sync_new(is_own ? EV_OBJECT_SPINLOCK : EV_OBJECT_MUTEX, s, sizeof *s, CALLER_PC);
    return REAL_OF(pthread_spin_init)(s, shared);
}

INTERPOSE int pthread_spin_destroy(pthread_spinlock_t *s) {
    misuse_of_spin(DEED_DESTROY, s, CALLER_PC);
    sync_destroy(s, sizeof *s, CALLER_PC);
    return REAL_OF(pthread_spin_destroy)(s);
}

static int spin_tried(pthread_spinlock_t *s, int result, uint32_t mode, uintptr_t pc) {
    if (result == 0) {
        sync_taken(s, NULL, mode | EV_LOCK_IS_SPIN, pc);
    } else {
        sync_touch(s, pc);
    }
    return result;
}

INTERPOSE int pthread_spin_lock(pthread_spinlock_t *s) {
    misuse_using(DEED_LOCK, EV_OBJECT_SPINLOCK, s, CALLER_PC);
    int result = REAL_OF(pthread_spin_trylock)(s);
    if (LIKELY(result != EBUSY)) {
        return spin_tried(s, result, EV_LOCK_WRITE, CALLER_PC);
    }
    sync_touch(s, CALLER_PC);
    sync_wait(EV_WAIT_PTHREAD_SPIN, s, NULL, CLOCK_MONOTONIC, NULL, CALLER_PC);
    result = REAL_OF(pthread_spin_lock)(s);
    sync_waited();
    if (result == 0) {
        /* it does not tell who has it (deadlock.h) */
        sync_taken(s, NULL, EV_LOCK_WRITE | EV_LOCK_IS_SPIN, CALLER_PC);
    }
    return result;
}

INTERPOSE int pthread_spin_trylock(pthread_spinlock_t *s) {
    misuse_using(DEED_LOCK, EV_OBJECT_SPINLOCK, s, CALLER_PC);
    return spin_tried(s, REAL_OF(pthread_spin_trylock)(s), EV_LOCK_WRITE | EV_LOCK_TRY, CALLER_PC);
}

INTERPOSE int pthread_spin_unlock(pthread_spinlock_t *s) {
    misuse_unlocking_spin(s, CALLER_PC);
    sync_unlocking(s, EV_LOCK_WRITE, CALLER_PC);
    return REAL_OF(pthread_spin_unlock)(s);
}
