/* wait.h - what does a task wait for, and how many can still act?
 *
 * Model    A wait is endless when nothing but another task of the process can end it: no deadline, no input,
 *          no other process. Threads say so (det_thread_waits); of a runtime's waits it follows from the kind
 *          (det_task_waits). Whatever is not endless counts as able to act, but for a condition's wait until
 *          some time (timed) while somebody who is stuck keeps the mutex from it.
 * Turn     Raised where a wait begins and where it ends, so that who copies a task's wait without a lock
 *          (deadlock.c) can tell that all of it was true at one time.
 * Served   Objects that were signalled or posted at some time, by hash: who waits at another one at the end of
 *          the program has waited for nothing (leaks.c). Two that meet count as served.
 */
#ifndef RADDLE_DETECTOR_WAIT_H
#define RADDLE_DETECTOR_WAIT_H

#include "detector/base.h"
#include "detector/event.h"

struct det_task;

/* A task inside a wait. kept at most EV_WAIT_OBJECTS_KEPT of n_objects. */
struct task_wait {
    bool active;
    bool endless;
    bool timed;          /* not endless but for the mutex: a condition's, until some time */
    bool behind_writers; /* to read, where a writer that waits goes first */
    bool told;           /* in a deadlock that was reported */
    bool cut_off;        /* and nobody who can act can reach what it waits for */
    bool holds;          /* counted in wait_state.holding */
    bool unable;         /* not counted in wait_state.able */
    bool unserved;       /* of a copy: see wait_is_unserved */
    bool over;           /* the thread has ended; endless, if so */
    bool in_parent;      /* the task was left in the process that forked us */
    bool blocks;         /* counted in wait_state.blocked */
    bool placed;         /* counted in wait_state.at_line and at_page */
    uint32_t turn;
    uint32_t
        thread;    /* that sleeps, the system's number; 0: none, the task is parked by a runtime */
    uint32_t kind; /* enum ev_wait_kind */
    uint32_t n_objects;
    uint32_t site;
    uint32_t waker; /* task number; 0: nobody in particular */
    uintptr_t objects[EV_WAIT_OBJECTS_KEPT];
    uintptr_t with;    /* the mutex of a condition's wait, if endless or timed */
    uintptr_t by_time; /* address of a bool, see struct ev_wait; 0: none */
    int64_t since_ns;
    int64_t deadline_ns;
};

#define WAIT_OBJECT_BYTES 64u               /* no less than any object that threads wait for has */
#define WAIT_SERVED       ((size_t)1 << 16) /* bits */
#define WAIT_PLACES       16384u

struct wait_state {
    uint32_t able;    /* threads that live, and are in no endless wait */
    uint32_t threads; /* that live, but for a runtime's own */
    uint32_t blocked; /* goroutines, or main, that keep a thread in an endless wait */
    uint32_t holding; /* tasks in an endless wait that hold a lock */
    uint32_t placed;  /* threads that wait for ever at an object, and by hash of where it lies */
    uint32_t at_line[WAIT_PLACES], at_page[WAIT_PLACES];
    uint64_t served[WAIT_SERVED / 64];
};

/* Nobody has done in the whole run what the wait is for, and nobody else can: it is endless, and its object
 * was never signalled, posted or let go. */
DET_HIDDEN bool wait_is_unserved(const struct task_wait *wait);

/* A thread has come, and is able to act. */
DET_HIDDEN void wait_thread_begins(void);
/* A task goes. */
DET_HIDDEN void wait_task_ends(struct det_task *t);

/* Whether a task that waits so waits for who runs a once (once.h). */
static inline bool wait_is_for_once(uint32_t kind) {
    return kind == EV_WAIT_ONCE || kind == EV_WAIT_PTHREAD_ONCE || kind == EV_WAIT_CXA_GUARD;
}
static inline bool wait_is_of_openmp(uint32_t kind) {
    return kind == EV_WAIT_OMP_LOCK || kind == EV_WAIT_OMP_NEST_LOCK ||
           kind == EV_WAIT_OMP_CRITICAL;
}
/* Whether it waits for a lock that does not say who has it. */
static inline bool wait_is_for_claimed(uint32_t kind) {
    return kind == EV_WAIT_PTHREAD_SPIN || wait_is_of_openmp(kind);
}
/* Whether a task that waits so waits for a lock, or a once; for no more than a reader's share of it. */
static inline bool wait_is_for_lock(uint32_t kind) {
    return kind == EV_WAIT_PTHREAD_MUTEX || kind == EV_WAIT_PTHREAD_RWLOCK_READ ||
           kind == EV_WAIT_PTHREAD_RWLOCK_WRITE || kind == EV_WAIT_PTHREAD_COND_MUTEX ||
           kind == EV_WAIT_MUTEX || kind == EV_WAIT_RWMUTEX_READ || kind == EV_WAIT_RWMUTEX_WRITE ||
           kind == EV_WAIT_FLOCKFILE || wait_is_for_claimed(kind) || wait_is_for_once(kind);
}
static inline bool wait_is_to_read(uint32_t kind) {
    return kind == EV_WAIT_PTHREAD_RWLOCK_READ || kind == EV_WAIT_RWMUTEX_READ;
}
/* Whether nobody can end it. */
static inline bool wait_is_for_nothing(uint32_t kind) {
    return kind == EV_WAIT_CHAN_SEND_NIL || kind == EV_WAIT_CHAN_RECEIVE_NIL ||
           kind == EV_WAIT_SELECT_NO_CASES || kind == EV_WAIT_SELECT_NIL;
}
/* Whether it says so itself: Go's idiom of who has nothing left to do. */
static inline bool wait_is_meant(uint32_t kind) {
    return kind == EV_WAIT_SELECT_NO_CASES;
}

/* Whether only who has the object can end it: whom nobody needs to have taken anything. */
static inline bool wait_is_by_others(uint32_t kind) {
    return !wait_is_for_nothing(kind) && kind != EV_WAIT_PTHREAD_JOIN &&
           (!wait_is_for_lock(kind) || kind < EV_WAIT_PTHREAD_MUTEX) && !wait_is_for_once(kind);
}

/* Whether others may be all that can end a wait that is active. */
static inline bool wait_may_be_stuck(const struct task_wait *wait) {
    return __atomic_load_n(&wait->endless, __ATOMIC_ACQUIRE) ||
           __atomic_load_n(&wait->timed, __ATOMIC_ACQUIRE);
}

/* Whether a timer that is armed now will end it. */
DET_HIDDEN bool wait_ends_by_time(const struct task_wait *wait);

/* Only t lives on. */
DET_HIDDEN void wait_fork_child(struct det_task *t);

#endif
