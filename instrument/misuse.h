/* misuse.h - what glibc's objects say of themselves, for the rules of misuse (detector/misuse.h).
 *
 * Each function is told of an operation before the real call, or, where it answers, after it, and looks closer
 * only when a first look is odd. None touches errno or changes what the program gets. Zone: SYNC.
 */
#ifndef RADDLE_INSTRUMENT_MISUSE_H
#define RADDLE_INSTRUMENT_MISUSE_H

#include "instrument/front.h"

#include <errno.h>

/* Of glibc's objects. */
#define MISUSE_READERS_SHIFT 3
#define MISUSE_SPIN_FREE     1
#define MISUSE_COND_GONE     4 /* of a condition's __wrefs */

HIDDEN COLD void misuse_of_mutex(enum findings_deed deed, const pthread_mutex_t *m, uintptr_t pc);
/* c: what the mutex is waited with for. */
HIDDEN COLD void misuse_of_wait(const pthread_cond_t *c, const pthread_mutex_t *m, uintptr_t pc);
/* Perhaps while somebody waits for it with another one. */
HIDDEN COLD void misuse_of_two(const pthread_cond_t *c, const pthread_mutex_t *m, uintptr_t pc);
/* m, which its caller is about to wait for, names him: a copy of one that he holds? */
HIDDEN COLD void misuse_of_own(const pthread_mutex_t *m, uintptr_t pc);
/* An mtx_t: who unlocks it must hold it, whatever glibc would answer [C11 7.26.4.6]. */
HIDDEN COLD void misuse_of_mtx_unlock(const pthread_mutex_t *m, uintptr_t pc);

HIDDEN COLD void misuse_of_rwlock(enum findings_deed deed, const pthread_rwlock_t *l, uintptr_t pc);
HIDDEN COLD void misuse_of_spin(enum findings_deed deed, const pthread_spinlock_t *s, uintptr_t pc);
/* A condition, semaphore or barrier is to be destroyed; a spin lock is looked at by misuse_of_spin, too. True: of a
 * condition, somebody waits there still, so the real call waits for him. */
HIDDEN COLD bool misuse_of_destroy(enum ev_object_kind kind, const void *object, uintptr_t pc);
HIDDEN COLD void misuse_of_destroyed(enum findings_deed deed, enum ev_object_kind kind,
                                     const volatile void *object, uintptr_t pc);
/* A barrier for nobody is refused. */
HIDDEN COLD void misuse_of_empty_barrier(const void *barrier, uintptr_t pc);
/* The name of a thread that was joined, or detached, before. */
HIDDEN COLD void misuse_of_thread(enum findings_deed deed, pthread_t handle, bool was_joined,
                                  uintptr_t pc);

/* What is not async-signal-safe was called. */
HIDDEN COLD void misuse_of_handler(enum findings_deed deed, uintptr_t pc);

/* The memory is given back: at `pc`. */
HIDDEN COLD void misuse_within(uintptr_t addr, size_t size, uintptr_t pc);
/* The thread ends; own: its task. */
HIDDEN COLD void misuse_at_end(struct det_task *own);

/* Whether m names the calling thread. False, too, when it does not know its own name yet. */
static inline bool misuse_is_mine(const pthread_mutex_t *m) {
    uint32_t owner = (uint32_t)__atomic_load_n(&m->__data.__owner, __ATOMIC_RELAXED);
    return owner == self.system_id && owner != 0;
}

static inline void misuse_unlocking(const pthread_mutex_t *m, uintptr_t pc) {
    if (UNLIKELY(!misuse_is_mine(m))) {
        misuse_of_mutex(DEED_UNLOCK, m, pc);
    }
}

/* m was not taken. */
static inline void misuse_refused(const pthread_mutex_t *m, int result, uintptr_t pc) {
    if (UNLIKELY(result == EINVAL)) {
        misuse_of_mutex(DEED_LOCK, m, pc);
    }
}

/* What is to be used was destroyed, and not made since. */
static inline void misuse_using(enum findings_deed deed, enum ev_object_kind kind,
                                const volatile void *object, uintptr_t pc) {
    if (UNLIKELY(det_was_destroyed((uintptr_t)object))) {
        misuse_of_destroyed(deed, kind, object, pc);
    }
}

/* glibc marks a condition that was destroyed. */
static inline void misuse_using_cond(enum findings_deed deed, const pthread_cond_t *c,
                                     uintptr_t pc) {
    uint32_t references = __atomic_load_n(&c->__data.__wrefs, __ATOMIC_RELAXED);
    if (UNLIKELY((references & MISUSE_COND_GONE) != 0)) {
        misuse_of_destroyed(deed, EV_OBJECT_COND, c, pc);
    }
}

static inline void misuse_unsafe(enum findings_deed deed, uintptr_t pc) {
    if (UNLIKELY(self.handled != 0)) {
        misuse_of_handler(deed, pc);
    }
}

/* A wait begins. */
static inline void misuse_waiting(const pthread_cond_t *c, const pthread_mutex_t *m, uintptr_t pc) {
    misuse_using_cond(DEED_WAIT, c, pc);
    if (UNLIKELY(!misuse_is_mine(m))) {
        misuse_of_wait(c, m, pc);
    }
    self.waits_with = (uintptr_t)m;
}

/* The wait was told, and m is not yet let go. So of two that begin at once the one that finds the other's mutex here
 * finds its wait, too. */
static inline void misuse_waiting_is_told(const pthread_cond_t *c, const pthread_mutex_t *m,
                                          uintptr_t pc) {
    if (UNLIKELY(det_waits_with_other((uintptr_t)c, (uintptr_t)m))) {
        misuse_of_two(c, m, pc);
    }
}

static inline void misuse_unlocking_rwlock(const pthread_rwlock_t *l, uintptr_t pc) {
    bool read =
        __atomic_load_n(&l->__data.__readers, __ATOMIC_RELAXED) >> MISUSE_READERS_SHIFT != 0;
    uint32_t writer = (uint32_t)__atomic_load_n(&l->__data.__cur_writer, __ATOMIC_RELAXED);
    if (UNLIKELY(!read && (writer != self.system_id || writer == 0))) {
        misuse_of_rwlock(DEED_UNLOCK, l, pc);
    }
}

static inline void misuse_unlocking_spin(const pthread_spinlock_t *s, uintptr_t pc) {
    if (UNLIKELY(__atomic_load_n(s, __ATOMIC_RELAXED) == MISUSE_SPIN_FREE)) {
        misuse_of_spin(DEED_UNLOCK, s, pc);
    }
}

#endif
