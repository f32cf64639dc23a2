/* restart.c - see restart.h.
 *
 * The kernel ends an interrupted sleep with one of four answers that the program never sees unless a handler runs:
 * ERESTARTSYS, ERESTARTNOINTR and ERESTARTNOHAND begin the call again as it was, ERESTART_RESTARTBLOCK with what is
 * left of its time. Others end with EINTR whatever the signal, or with the part that they have done.
 */
#include "instrument/restart.h"

#include "instrument/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

#define SHORT_MS                                                                                   \
    20 /* as good as what a stop takes; who wakes so often would void what is seen without him */

enum { FUTEX_COMMAND = 127, WAIT = 0, LOCK_PI = 6, WAIT_BITSET = 9, LOCK_PI2 = 13 };
enum { CALL_CLONE3 = 435, CALL_PIDFD_GETFD = 438, CALL_EPOLL_PWAIT2 = 441 };

/* ERESTARTSYS, ERESTARTNOINTR, or with a time ERESTART_RESTARTBLOCK. Not those of requeued waits, which end. */
static bool futex_is_whole(uintptr_t operation) {
    uintptr_t command = operation & FUTEX_COMMAND;
    return command == WAIT || command == WAIT_BITSET || command == LOCK_PI || command == LOCK_PI2;
}

bool restart_is_runtimes(long call, uintptr_t first) {
    const int *epoll = __atomic_load_n(&front.runtime_epoll, __ATOMIC_ACQUIRE);
    bool waits = call == SYS_epoll_wait || call == SYS_epoll_pwait || call == CALL_EPOLL_PWAIT2;
    int fd = waits && epoll != NULL ? __atomic_load_n(epoll, __ATOMIC_RELAXED) : 0;
    return fd != 0 && fd == (int)first;
}

bool restart_is_whole(const struct place *place) {
    const uintptr_t *argument = place->argument;
    switch (place->call) {
    case SYS_futex:
        return futex_is_whole(argument[1]);
    case SYS_nanosleep: /* RESTARTBLOCK, as the next two, but to a moment: NOHAND */
    case SYS_clock_nanosleep:
    case SYS_poll:
    case SYS_restart_syscall: /* the second round of one of those */
    case SYS_ppoll: /* NOHAND, after what is left was written where the argument points to: a variable of libc */
    case SYS_select:
    case SYS_pselect6:
    case SYS_wait4: /* SYS */
    case SYS_waitid:
    case SYS_pause: /* NOHAND */
    case SYS_rt_sigsuspend:
        return true;
    case SYS_epoll_wait: /* EINTR, as all that follow, and nothing is done by then; a time begins anew */
    case SYS_epoll_pwait:
        return (int32_t)argument[3] <= SHORT_MS || restart_is_runtimes(place->call, argument[0]);
    case CALL_EPOLL_PWAIT2:
        return argument[3] == 0 || restart_is_runtimes(place->call, argument[0]);
    case SYS_semtimedop:
        return argument[3] == 0;
    case SYS_rt_sigtimedwait:
        return argument[2] == 0;
    case SYS_semop:
        return true;
    default:
        return place->call < 0; /* asleep for a page */
    }
}

/* -- descriptors ---------------------------------------------------------------------------- */

#define NAME_BYTES 32

/* What the kernel calls what has no name in any directory, with a zero behind it; else the beginning of its path.
 * Negative: why that is not known. */
static long name_of(int fd, char name[NAME_BYTES]) {
    char path[32] = "/proc/self/fd/", digits[12];
    size_t n = 0, at = 14;
    for (uint32_t rest = (uint32_t)fd; n == 0 || rest != 0; rest /= 10) {
        digits[n++] = (char)('0' + rest % 10);
    }
    while (n != 0) {
        path[at++] = digits[--n];
    }
    long got = SYS3(SYS_readlink, path, name, NAME_BYTES - 1);
    name[got > 0 ? got : 0] = '\0';
    return got;
}

static bool is_same(const char *a, const char *b) {
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

/* Closed meanwhile: nothing is known. */
static bool is_inotify(int fd) {
    char name[NAME_BYTES];
    long got = name_of(fd, name);
    return got < 0 ? got != -ENOENT : is_same(name, "anon_inode:inotify");
}

/* A time that the program gave the socket makes EINTR of ERESTARTSYS. */
static bool has_no_time(int fd, int name) {
    struct timeval time = {0};
    socklen_t bytes = sizeof time;
    long failed = sys_call(SYS_getsockopt, fd, SOL_SOCKET, name, (long)&time, (long)&bytes, 0);
    return failed == -ENOTSOCK || (failed == 0 && time.tv_sec == 0 && time.tv_usec == 0);
}

/* -- of another process --------------------------------------------------------------------- */

static long option_of(int fd, int name) {
    int value = 0;
    socklen_t bytes = sizeof value;
    long failed = sys_call(SYS_getsockopt, fd, SOL_SOCKET, name, (long)&value, (long)&bytes, 0);
    return failed != 0 ? failed : value;
}

static bool is_of_kernel(int fd) {
    char name[NAME_BYTES];
    return name_of(fd, name) > 0 &&
           (is_same(name, "anon_inode:[timerfd]") || is_same(name, "anon_inode:[eventfd]") ||
            is_same(name, "anon_inode:[signalfd]"));
}

/* A pipe, a timer's descriptor or the like, or a socket whose readers neither have a limit of time nor wait for more
 * than a byte: ERESTARTSYS, with nothing done. */
static bool is_plain(int fd) {
    struct stat file;
    if (SYS3(SYS_fstat, fd, &file, 0) != 0) {
        return false;
    }
    return S_ISFIFO(file.st_mode) || is_of_kernel(fd) ||
           (S_ISSOCK(file.st_mode) && has_no_time(fd, SO_RCVTIMEO) &&
            option_of(fd, SO_RCVLOWAT) == 1);
}

static bool is_reading(const struct place *place) {
    switch (place->call) {
    case SYS_read:
    case SYS_readv:
    case SYS_accept:
    case SYS_accept4:
        return true;
    case SYS_recvfrom:
        return (place->argument[3] & MSG_WAITALL) == 0;
    case SYS_recvmsg:
        return (place->argument[2] & MSG_WAITALL) == 0;
    default:
        return false;
    }
}

bool restart_of_other(int pidfd, const struct place *place) {
    if (pidfd < 0 || !is_reading(place)) {
        return false;
    }
    int fd = (int)SYS3(CALL_PIDFD_GETFD, pidfd, place->argument[0], 0);
    bool is_whole = fd >= 0 && is_plain(fd);
    SYS3(SYS_close, fd, 0, 0);
    return is_whole;
}

bool restart_is_child(const struct place *place) {
    return place->call == SYS_vfork || place->call == SYS_clone || place->call == CALL_CLONE3;
}

bool restart_is_likely(const struct place *place) {
    const uintptr_t *argument = place->argument;
    int fd = (int)argument[0];
    switch (place->call) {
    case SYS_read:
    case SYS_readv:
        return has_no_time(fd, SO_RCVTIMEO) && !is_inotify(fd);
    case SYS_recvfrom:
        return has_no_time(fd, SO_RCVTIMEO) && (argument[3] & MSG_WAITALL) == 0;
    case SYS_recvmsg:
        return has_no_time(fd, SO_RCVTIMEO) && (argument[2] & MSG_WAITALL) == 0;
    case SYS_accept:
    case SYS_accept4:
        return has_no_time(fd, SO_RCVTIMEO);
    case SYS_msgrcv: /* NOHAND */
    case SYS_msgsnd:
    case SYS_flock: /* SYS */
    case SYS_fcntl:
    case SYS_exit:
        return true;
    default:
        return restart_is_child(place); /* it sleeps without being interrupted */
    }
}
