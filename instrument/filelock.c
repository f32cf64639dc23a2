/* filelock.c - locks of files that belong to an open file: flock, and fcntl's F_OFD_SETLK.
 *
 * Edges   Who lets go of a lock of a file, by a call or by closing, happens before who takes one of the same file
 *         later. Threads with descriptors of their own keep each other out so; pairs with them are
 *         ordered as those of a mutex, or each would be a false alarm. The file is what the kernel says: device and
 *         number.
 *         lockf, and fcntl's F_SETLK, belong to the process: its threads all have what one of them takes, and
 *         nothing is ordered by them.
 * Error side  Ranges of a file, and readers of it, are not told from each other: an order too many, which can hide a
 *         race of who locked different parts, or both for reading. A lock that is made one for reading counts as let go.
 * Cost    Two system calls.
 * Zone    SYNC. Leaves errno alone.
 */
#include "instrument/filelock.h"

#include "instrument/real.h"
#include "instrument/sys.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

/* 0: no such file. */
static uintptr_t key_of(int fd) {
    struct stat file;
    bool asks = front.on && !front.sandboxed && (self.task != NULL || self.hidden == 0);
    if (!asks || SYS3(SYS_fstat, fd, &file, 0) != 0) {
        return 0;
    }
    uint64_t number = ((uint64_t)file.st_dev * 0x9e3779b97f4a7c15u) ^ (uint64_t)file.st_ino;
    return EV_IO_FILE + (number & (((uintptr_t)1 << 56) - 1));
}

static void publish(int fd) {
    uintptr_t key = key_of(fd);
    struct det_task *t = key != 0 ? event_enter() : NULL;
    if (t != NULL) {
        det_release_merge(t, key);
        event_leave();
    }
}

static void receive(int fd) {
    uintptr_t key = key_of(fd);
    struct det_task *t = key != 0 ? event_enter() : NULL;
    __atomic_store_n(&front.has_file_locks, true, __ATOMIC_RELAXED);
    if (t != NULL) {
        det_acquire(t, key);
        event_leave();
    }
}

void filelock_closes_slow(int fd) {
    publish(fd);
}

INTERPOSE int flock(int fd, int operation) {
    int what = operation & ~LOCK_NB;
    if (what == LOCK_UN || what == LOCK_SH) {
        publish(fd);
    }
    int result = REAL_OF(flock)(fd, operation);
    if (result == 0 && what != LOCK_UN) {
        receive(fd);
    }
    return result;
}

static bool is_of_file(int command) {
    return command == F_OFD_SETLK || command == F_OFD_SETLKW;
}

/* What it is to do with the lock is read where a pointer that is none has been refused: here any of them counts as
 * letting go of one that there is. */
void filelock_will_control(int fd, int command) {
    if (UNLIKELY(is_of_file(command))) {
        filelock_closes(fd);
    }
}

void filelock_has_controlled(int fd, int command, const void *argument, int result) {
    const struct flock *lock = argument;
    if (UNLIKELY(is_of_file(command)) && result == 0 && lock->l_type != F_UNLCK) {
        receive(fd);
    }
}
