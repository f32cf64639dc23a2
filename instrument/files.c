/* files.c - descriptors: what does it mean that one is closed, and that its number is given out again?
 *
 * Awaited  Closing one that a task waits for does not wake it, and the number may be given out again
 *          under it; only who stands before close(2) can see that.
 * Numbers  A close happens before the call that is given the same number: no kernel gives out a number
 *          before its close has begun to free it, so what precedes the one has ended when the other
 *          returns, whoever runs first otherwise. Tables indexed by descriptors rest on it: who closes
 *          leaves the slot, who is given the number takes it. Had the two calls come the other way round, the
 *          number, and with it the slot, would have been another. An addition to [HB-IO-01], which has
 *          the close and the end that a reader of the same object sees. Nothing else is ordered: not
 *          other numbers, not what follows a close, not a call that is given the number while it is
 *          open elsewhere (dup2 over an open one).
 *          The number's clock collects what all closers knew: a close that fails, because the number is not
 *          open, must not take away what the one before it said.
 * Unseen   What the C library opens and closes inside (fopen, opendir, popen, their ends), close_range,
 *          closefrom, and descriptors that come in a message: an order less, as before.
 * Zone     SYNC. Leaves errno alone.
 */
#include "instrument/filelock.h"
#include "instrument/front.h"
#include "instrument/io.h"
#include "instrument/real.h"

#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

/* Above the keys of io.c, which end with a number of 32 bits. */
#define KEY_NUMBERS (EV_IO_LOCAL + ((uintptr_t)1 << 40))

/* -- the two ends of a number's life -- */

static void frees(int fd) {
    struct det_task *t = front.on && fd >= 0 ? event_enter() : NULL;
    if (t != NULL) {
        det_release_merge(t, KEY_NUMBERS + (unsigned)fd);
        event_leave();
    }
}

int files_given(int fd) {
    struct det_task *t = front.on && fd >= 0 ? event_enter() : NULL;
    if (t != NULL) {
        det_acquire(t, KEY_NUMBERS + (unsigned)fd);
        event_leave();
    }
    return fd;
}

static void closes(int fd) {
    io_closes(fd);
    frees(fd);
}

INTERPOSE int close(int fd) {
    bool (*is_awaited)(int) = __atomic_load_n(&front.is_awaited, __ATOMIC_ACQUIRE);
    if (UNLIKELY(is_awaited != NULL) && is_awaited(fd)) {
        struct det_task *t = event_enter();
        if (t != NULL) {
            det_defect(t, EV_DEFECT_MISUSE,
                       "close of a descriptor that a task waits for: use rdl_close_fd", CALLER_PC);
            event_leave();
        }
    }
    closes(fd);
    return REAL_OF(close)(fd);
}

/* A program closes by a bare system call, and says so (syscall_hooks.S). */
INTERPOSE void raddle_detector_closes(long fd);
void raddle_detector_closes(long fd) {
    closes((int)fd);
}

/* -- files -- */

/* The mode of an open that makes a file; else nothing was passed, and nothing is read. */
static mode_t mode_of(int flags, va_list rest) {
    bool makes = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
    return makes ? va_arg(rest, mode_t) : 0;
}

#define OPENS(name)                                                                                \
    INTERPOSE int name(const char *path, int flags, ...) {                                         \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        mode_t mode = mode_of(flags, rest);                                                        \
        va_end(rest);                                                                              \
        return files_given(REAL_OF(name)(path, flags, mode));                                      \
    }
#define OPENS_AT(name)                                                                             \
    INTERPOSE int name(int directory, const char *path, int flags, ...) {                          \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        mode_t mode = mode_of(flags, rest);                                                        \
        va_end(rest);                                                                              \
        return files_given(REAL_OF(name)(directory, path, flags, mode));                           \
    }
OPENS(open)
OPENS(open64)
OPENS_AT(openat)
OPENS_AT(openat64)

/* What _FORTIFY_SOURCE makes of them. */
#define OPENS_CHECKED(name)                                                                        \
    INTERPOSE int name(const char *path, int flags);                                               \
    int name(const char *path, int flags) {                                                        \
        return files_given(REAL_OF(name)(path, flags));                                            \
    }
OPENS_CHECKED(__open_2)
OPENS_CHECKED(__open64_2)

INTERPOSE int creat(const char *path, mode_t mode) {
    return files_given(REAL_OF(creat)(path, mode));
}

INTERPOSE int creat64(const char *path, mode_t mode) {
    return files_given(REAL_OF(creat64)(path, mode));
}

/* -- copies -- */

INTERPOSE int dup(int fd) {
    return files_given(REAL_OF(dup)(fd));
}

INTERPOSE int dup2(int fd, int number) {
    if (fd != number) {
        io_closes(number);
    }
    return files_given(REAL_OF(dup2)(fd, number));
}

INTERPOSE int dup3(int fd, int number, int flags) {
    if (fd != number) {
        io_closes(number);
    }
    return files_given(REAL_OF(dup3)(fd, number, flags));
}

/* What it takes beside the command is a number or a pointer, or not there: it goes on as it is. */
#define CONTROLS(name)                                                                             \
    INTERPOSE int name(int fd, int command, ...) {                                                 \
        va_list rest;                                                                              \
        va_start(rest, command);                                                                   \
        void *argument = va_arg(rest, void *);                                                     \
        va_end(rest);                                                                              \
        filelock_will_control(fd, command);                                                        \
        int result = REAL_OF(name)(fd, command, argument);                                         \
        filelock_has_controlled(fd, command, argument, result);                                    \
        return command == F_DUPFD || command == F_DUPFD_CLOEXEC ? files_given(result) : result;    \
    }
CONTROLS(fcntl)
CONTROLS(fcntl64)

/* -- the others, but for sockets and pipes (sockets.c) -- */

#define MAKES(name, parameters, arguments)                                                         \
    INTERPOSE int name parameters;                                                                 \
    int name parameters {                                                                          \
        return files_given(REAL_OF(name) arguments);                                               \
    }
MAKES(eventfd, (unsigned count, int flags), (count, flags))
MAKES(epoll_create, (int size), (size))
MAKES(epoll_create1, (int flags), (flags))
MAKES(timerfd_create, (int clock, int flags), (clock, flags))
MAKES(signalfd, (int fd, const sigset_t *mask, int flags), (fd, mask, flags))
MAKES(inotify_init, (void), ())
MAKES(inotify_init1, (int flags), (flags))
MAKES(memfd_create, (const char *name, unsigned flags), (name, flags))
