/* streamlock.c - the lock of a stream, where the program takes it: flockfile, ftrylockfile, funlockfile.
 *
 * What the program does to the stream then is its own code (putc_unlocked), and ordered by the lock. The one inside
 * printf is libc's affair: it orders nothing, and who waits for it there counts as able to act.
 *
 * Levels   The lock is recursive, and libc keeps its holder beside it: the first level is a lock that is held, and that a
 *          thread can wait for [D8]; each level is told as an edge. Only the first level may be let go by whoever
 *          closes the stream.
 * Error side  Where libc does not keep the holder as we believe, and for goroutines, which may let go on another thread
 *          than they took it, there are edges alone: a deadlock may be missed.
 * Zone     SYNC.
 */
#include "instrument/streamlock.h"

#include "instrument/real.h"
#include "instrument/sync_event.h"
#include "instrument/sys.h"

#include <pthread.h>

/* glibc's _IO_lock_t. */
struct stream_lock {
    int lock;
    int count; /* of levels; the first is 0 or 1, as the version has it */
    void *owner;
};

static const struct stream_lock *lock_of(const FILE *stream) {
    return (const struct stream_lock *)stream->_lock;
}

/* Whether the lock is the calling thread's: nobody else makes that true, or false. */
static bool is_mine(const struct stream_lock *lock) {
    return __atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == (void *)pthread_self();
}

static bool is_thread(void) {
    return self.task == self.own;
}

static void name_stream(const FILE *stream, const char *name) {
    if (stream != NULL && lock_of(stream) != NULL) {
        det_object_known(EV_OBJECT_STREAM, (uintptr_t)lock_of(stream), sizeof(struct stream_lock),
                         name);
    }
}

/* Their locks lie in libc, whose names for them are nobody's. */
void streamlock_start(void) {
    name_stream(stdin, "stdin");
    name_stream(stdout, "stdout");
    name_stream(stderr, "stderr");
}

/* before: it was the caller's before as well. */
static void taken(const struct stream_lock *lock, bool before, uint32_t mode, uintptr_t pc) {
    if (is_thread() && !before && is_mine(lock)) {
        __atomic_store_n(&front.stream_first, lock->count, __ATOMIC_RELAXED); /* the same for all */
        sync_locked(lock, NULL, mode, pc);
    } else {
        sync_receive(lock);
    }
}

static bool is_inner(const struct stream_lock *lock) {
    return is_mine(lock) && lock->count != __atomic_load_n(&front.stream_first, __ATOMIC_RELAXED);
}

static void letting_go(const struct stream_lock *lock, uintptr_t pc) {
    if (is_thread() && !is_inner(lock)) {
        sync_unlocking(lock, EV_LOCK_WRITE, pc);
    } else {
        sync_publish(lock, pc);
    }
}

void streamlock_closes(const FILE *stream, uintptr_t pc) {
    const struct stream_lock *lock = lock_of(stream);
    if (lock != NULL && is_thread() && is_mine(lock)) {
        sync_unlocking(lock, EV_LOCK_WRITE, pc);
    }
}

bool streamlock_is_of(uint32_t thread, uintptr_t lock) {
    struct stream_lock copy;
    uint32_t owner;
    return thread != 0 && sys_peek(lock, &copy, sizeof copy) && copy.owner != NULL &&
           sys_peek((uintptr_t)&thread_of((pthread_t)copy.owner)->system_id, &owner,
                    sizeof owner) &&
           owner == thread;
}

INTERPOSE void flockfile(FILE *stream) {
    const struct stream_lock *lock = lock_of(stream);
    bool before = is_mine(lock);
    if (REAL_OF(ftrylockfile)(stream) != 0) {
        sync_wait(EV_WAIT_FLOCKFILE, lock, NULL, CLOCK_MONOTONIC, NULL, CALLER_PC);
        REAL_OF(flockfile)(stream);
        sync_waited();
    }
    taken(lock, before, EV_LOCK_WRITE, CALLER_PC);
}

INTERPOSE int ftrylockfile(FILE *stream) {
    const struct stream_lock *lock = lock_of(stream);
    bool before = is_mine(lock);
    int result = REAL_OF(ftrylockfile)(stream);
    if (result == 0) {
        taken(lock, before, EV_LOCK_WRITE | EV_LOCK_TRY, CALLER_PC);
    }
    return result;
}

INTERPOSE void funlockfile(FILE *stream) {
    letting_go(lock_of(stream), CALLER_PC);
    REAL_OF(funlockfile)(stream);
}
