/* lock.h - the runtime's own locks: one word, on a futex, ranked.
 *
 * They guard a few lines each; nobody parks, runs user code or allocates from the program's heap
 * while holding one. Unlike a pthread mutex they are invisible to a detector, which must not see
 * the order that the runtime's insides create [HB-M-02].
 *
 * Law     a lock is acquired only while no lock of the same or a higher rank is held; channels
 *         alone may be held several at a time, in address order.
 * Memory  after the exchange in rdl__lock_release the word is never read again: whoever acquires
 *         next may free the memory it lies in.
 * Fence   that exchange is also why a send is over for everybody when it returns [CH-28]. With a
 *         plain store two tasks that each send and then poll without a lock can both find nothing.
 *         A store saves 5 ns of an operation; a fence in each poll would cost as much there, and
 *         the program's own atomics would still be in no order with channels.
 */
#ifndef RDL__LOCK_H
#define RDL__LOCK_H

#include "runtime/arch/arch.h"
#include "runtime/os.h"

/* From the outermost to the innermost. */
enum rdl__rank {
    RANK_CRASH,  /* who prints */
    RANK_SIGNAL, /* who wants which signal */
    RANK_FD,     /* one descriptor */
    RANK_POLL,   /* making the epoll instance */
    RANK_CTX,    /* one tree of contexts */
    RANK_CHAN,   /* one channel */
    RANK_LINK,   /* the links of one select's waiters */
    RANK_TIMERS, /* the heap of timers */
    RANK_SCHED,  /* global queue, idle workers */
    RANK_TASKS,  /* the table of tasks and the pool of dead ones */
    RANK_STACKS, /* address space for stacks */
    RANK_COUNT
};

typedef struct {
    _Atomic uint32_t word; /* enum lock_word */
} rdl__lock;

enum lock_word { LOCK_FREE, LOCK_HELD, LOCK_CONTENDED };

void rdl__lock_acquire_slow(rdl__lock *lock);

static inline bool rdl__lock_try(rdl__lock *lock) {
    uint32_t expected = LOCK_FREE;
    return atomic_compare_exchange_strong_explicit(&lock->word, &expected, LOCK_HELD,
                                                   memory_order_acquire, memory_order_relaxed);
}

#ifdef RDL__DEBUG
/* Keep the list of what this thread holds, and end the process when the law is broken. */
void rdl__lock_note_acquire(const rdl__lock *lock, enum rdl__rank rank);
void rdl__lock_note_release(const rdl__lock *lock);
#else
static inline void rdl__lock_note_acquire(const rdl__lock *lock, enum rdl__rank rank) {
    (void)lock;
    (void)rank;
}
static inline void rdl__lock_note_release(const rdl__lock *lock) {
    (void)lock;
}
#endif

/* rank is for the reader; the debug build enforces it. */
static inline void rdl__lock_acquire(rdl__lock *lock, enum rdl__rank rank) {
    rdl__lock_note_acquire(lock, rank);
    if (!rdl__lock_try(lock)) {
        rdl__lock_acquire_slow(lock);
    }
}

/* On a thread that has no thread-local storage, and no list of what it holds; after rdl__lock_try. */
static inline void rdl__lock_release_bare(rdl__lock *lock) {
    if (atomic_exchange_explicit(&lock->word, LOCK_FREE, memory_order_release) == LOCK_CONTENDED) {
        rdl__os_wake(&lock->word, 1);
    }
}

static inline void rdl__lock_release(rdl__lock *lock) {
    rdl__lock_note_release(lock);
    rdl__lock_release_bare(lock);
}

#endif
