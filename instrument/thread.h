/* thread.h - threads come and go: shared by the POSIX and the C11 names. */
#ifndef RADDLE_INSTRUMENT_THREAD_H
#define RADDLE_INSTRUMENT_THREAD_H

#include "instrument/front.h"

#include <pthread.h>

/* What a new thread gets from its creator. Memory: start blocks are recycled, never freed. */
struct thread_start {
    struct thread_start *next_free;
    struct det_task *task; /* NULL: hidden */
    void *(*routine)(void *);
    void *argument;
    bool detached;
    uint64_t number; /* of all threads of the process, ever */
    uint64_t id;     /* front_thread_id */
    bool has_mask;   /* of its attributes */
    uint64_t mask;   /* else what its creator had */
};

HIDDEN void thread_init(void); /* once, from front_start */
HIDDEN struct thread_start *thread_prepare(void *(*routine)(void *), void *argument, bool detached,
                                           uintptr_t pc);
/* Around the real create: no handler runs on the new thread before it has its task. Says what the
 * creator's mask was. attributes: NULL, as in pthread_create. */
HIDDEN uint64_t thread_hold_signals(struct thread_start *start, const pthread_attr_t *attributes);
HIDDEN void thread_let_signals(uint64_t mask);
HIDDEN void thread_not_started(struct thread_start *start);
HIDDEN void *thread_run(void *start);

/* A thread that is to be joined. */
struct thread_joinee {
    struct det_task *task; /* NULL: hidden, or it cannot be joined */
    uint64_t number;       /* 0: likewise */
};

/* Around the real join of a thread. begin says who it is, which must be known before: afterwards
 * its memory may be unmapped. When it was joined, all it did happens before end [HB-PT-01]. */
HIDDEN struct thread_joinee thread_join_begin(pthread_t handle, clockid_t clock,
                                              const struct timespec *deadline, uintptr_t pc);
HIDDEN void thread_join_end(struct thread_joinee joinee, pthread_t handle, bool joined);

/* A forked child: another thread may have held the lock. */
HIDDEN void thread_fork_child(void);
/* Before the real detach. */
HIDDEN void thread_detaching(pthread_t handle, uintptr_t pc);

#endif
