/* filelock.h - what orders two tasks when one takes a lock of a file that the other had: see filelock.c. */
#ifndef RADDLE_INSTRUMENT_FILELOCK_H
#define RADDLE_INSTRUMENT_FILELOCK_H

#include "instrument/front.h"

/* Before fcntl: a command that may let a lock go. After it, with its result: one that may have taken one. */
HIDDEN void filelock_will_control(int fd, int command);
HIDDEN void filelock_has_controlled(int fd, int command, const void *argument, int result);

HIDDEN void filelock_closes_slow(int fd);

/* fd is about to be closed, and its locks with it. Cost: a load, until a lock was ever taken. */
static inline void filelock_closes(int fd) {
    if (UNLIKELY(__atomic_load_n(&front.has_file_locks, __ATOMIC_RELAXED))) {
        filelock_closes_slow(fd);
    }
}

#endif
