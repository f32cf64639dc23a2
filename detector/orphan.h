/* orphan.h - whose lock is it, when who took it has ended?
 *
 * Model    Locks are kept that a task still held when it ended, until somebody takes them, lets them go or makes them
 *          anew. Of a thread that is a proof: nobody else may let its lock go. A goroutine's may be let go by
 *          anybody [MU-03]: it tells people who has it, and proves nothing.
 * Fork     A child has one of its parent's tasks only. What the others held is held there for ever, by nobody who exists.
 * Room     A fixed table. Threads' stay, and what has no place is not kept, which can hide a deadlock; a
 *          goroutine's takes the place of the oldest.
 * Cost     Of taking a lock: one load and a branch, while none is kept that is alike by hash.
 */
#ifndef RADDLE_DETECTOR_ORPHAN_H
#define RADDLE_DETECTOR_ORPHAN_H

#include "detector/base.h"

struct det_task;

#define ORPHANS_OF_THREADS    48u
#define ORPHANS_OF_GOROUTINES 16u
#define ORPHANS               (ORPHANS_OF_THREADS + ORPHANS_OF_GOROUTINES)

/* lock 0: none. */
struct orphan {
    uintptr_t lock;
    uint64_t serial;  /* of who took it, */
    uint64_t user_id; /* the number that users know, */
    uint32_t task;    /* and the task's, which may be another's by now */
    uint32_t
        thread; /* the system's number of it; 0: not known, or it is in the process that forked us */
    uint32_t kind; /* enum ev_task_kind: a goroutine's proves nothing */
    uint32_t mode;
    uint32_t site;  /* where it was taken */
    bool in_parent; /* who took it has not ended, but is in the process that forked us */
};

struct orphan_state {
    struct spin lock;
    uint64_t bits; /* one for the hash of each */
    uint32_t of_threads;
    uint32_t oldest; /* of the goroutines' */
    struct orphan at[ORPHANS];
};

static inline uint64_t orphan_bit(uintptr_t lock) {
    return (uint64_t)1 << (mix64(lock) & 63);
}

/* t ends with the locks that it holds. thread: the system's number of it; 0: not known. */
DET_HIDDEN void orphan_leave(const struct det_task *t, uint32_t thread);
/* Somebody took or let go one that may be kept (state.h, orphan_no_more), or it was made anew. */
DET_HIDDEN DET_COLD void orphan_forget(uintptr_t lock);
/* The orphan that the lock is, copied; false: none. */
DET_HIDDEN bool orphan_find(uintptr_t lock, struct orphan *orphan);
/* Tells who took it, and where, if it is one; once in each record. */
DET_HIDDEN void orphan_write(uintptr_t lock);

#endif
