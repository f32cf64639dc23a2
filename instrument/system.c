/* system.c - files, processes and readiness: what the system answers into the memory of the program.
 * Zone: SYNC. Leaves errno alone.
 */
#include "instrument/ranges.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a call has answered, if it did: 0. */
static inline int answered(int result, void *to, size_t n, uintptr_t pc) {
    if (result == 0) {
        fills(to, n, pc);
    }
    return result;
}

/* -- files -- */

#define STAT(name, type)                                                                           \
    INTERPOSE int name(const char *path, struct type *to) {                                        \
        takes_path(path, CALLER_PC);                                                               \
        return answered(REAL_OF(name)(path, to), to, sizeof *to, CALLER_PC);                       \
    }
// clang-format off
STAT(stat, stat)
STAT(stat64, stat64)
STAT(lstat, stat)
STAT(lstat64, stat64)
// clang-format on

INTERPOSE int fstat(int fd, struct stat *to) {
    return answered(REAL_OF(fstat)(fd, to), to, sizeof *to, CALLER_PC);
}

INTERPOSE int fstat64(int fd, struct stat64 *to) {
    return answered(REAL_OF(fstat64)(fd, to), to, sizeof *to, CALLER_PC);
}

INTERPOSE int fstatat(int dir, const char *path, struct stat *to, int flags) {
    takes_path(path, CALLER_PC);
    return answered(REAL_OF(fstatat)(dir, path, to, flags), to, sizeof *to, CALLER_PC);
}

INTERPOSE int fstatat64(int dir, const char *path, struct stat64 *to, int flags) {
    takes_path(path, CALLER_PC);
    return answered(REAL_OF(fstatat64)(dir, path, to, flags), to, sizeof *to, CALLER_PC);
}

static char *as_text(char *text, uintptr_t pc) {
    fills_text(text, pc);
    return text;
}

INTERPOSE char *getcwd(char *to, size_t room) {
    return as_text(REAL_OF(getcwd)(to, room), CALLER_PC);
}

INTERPOSE char *__getcwd_chk(char *to, size_t room, size_t known);
char *__getcwd_chk(char *to, size_t room, size_t known) {
    return as_text(REAL_OF(__getcwd_chk)(to, room, known), CALLER_PC);
}

INTERPOSE char *realpath(const char *path, char *to) {
    takes_text(path, CALLER_PC);
    return as_text(REAL_OF(realpath)(path, to), CALLER_PC);
}

INTERPOSE char *__realpath_chk(const char *path, char *to, size_t known);
char *__realpath_chk(const char *path, char *to, size_t known) {
    takes_text(path, CALLER_PC);
    return as_text(REAL_OF(__realpath_chk)(path, to, known), CALLER_PC);
}

INTERPOSE char *canonicalize_file_name(const char *path) {
    takes_text(path, CALLER_PC);
    return as_text(REAL_OF(canonicalize_file_name)(path), CALLER_PC);
}

/* Without an end. */
static ssize_t has_bytes(ssize_t n, void *to, uintptr_t pc) {
    if (n > 0) {
        fills(to, (size_t)n, pc);
    }
    return n;
}

INTERPOSE ssize_t readlink(const char *path, char *to, size_t room) {
    takes_path(path, CALLER_PC);
    return has_bytes(REAL_OF(readlink)(path, to, room), to, CALLER_PC);
}

INTERPOSE ssize_t readlinkat(int dir, const char *path, char *to, size_t room) {
    takes_path(path, CALLER_PC);
    return has_bytes(REAL_OF(readlinkat)(dir, path, to, room), to, CALLER_PC);
}

INTERPOSE ssize_t __readlink_chk(const char *path, char *to, size_t room, size_t known);
ssize_t __readlink_chk(const char *path, char *to, size_t room, size_t known) {
    takes_path(path, CALLER_PC);
    return has_bytes(REAL_OF(__readlink_chk)(path, to, room, known), to, CALLER_PC);
}

INTERPOSE ssize_t __readlinkat_chk(int dir, const char *path, char *to, size_t room, size_t known);
ssize_t __readlinkat_chk(int dir, const char *path, char *to, size_t room, size_t known) {
    takes_path(path, CALLER_PC);
    return has_bytes(REAL_OF(__readlinkat_chk)(dir, path, to, room, known), to, CALLER_PC);
}

/* -- the system itself -- */

INTERPOSE ssize_t getrandom(void *to, size_t n, unsigned flags) {
    return has_bytes(REAL_OF(getrandom)(to, n, flags), to, CALLER_PC);
}

INTERPOSE int getentropy(void *to, size_t n) {
    return answered(REAL_OF(getentropy)(to, n), to, n, CALLER_PC);
}

INTERPOSE int uname(struct utsname *to) {
    return answered(REAL_OF(uname)(to), to, sizeof *to, CALLER_PC);
}

/* A name that has no room for its end has none. */
static int has_name(int result, char *to, size_t room, uintptr_t pc) {
    if (result == 0 && is_watched(pc)) {
        writes(to, text_within(to, room), pc);
    }
    return result;
}

INTERPOSE int gethostname(char *to, size_t room) {
    return has_name(REAL_OF(gethostname)(to, room), to, room, CALLER_PC);
}

INTERPOSE int __gethostname_chk(char *to, size_t room, size_t known);
int __gethostname_chk(char *to, size_t room, size_t known) {
    return has_name(REAL_OF(__gethostname_chk)(to, room, known), to, room, CALLER_PC);
}

INTERPOSE int getrlimit(__rlimit_resource_t what, struct rlimit *to) {
    return answered(REAL_OF(getrlimit)(what, to), to, sizeof *to, CALLER_PC);
}

INTERPOSE int setrlimit(__rlimit_resource_t what, const struct rlimit *from) {
    takes(from, sizeof *from, CALLER_PC);
    return REAL_OF(setrlimit)(what, from);
}

INTERPOSE int getrlimit64(__rlimit_resource_t what, struct rlimit64 *to) {
    return answered(REAL_OF(getrlimit64)(what, to), to, sizeof *to, CALLER_PC);
}

INTERPOSE int setrlimit64(__rlimit_resource_t what, const struct rlimit64 *from) {
    takes(from, sizeof *from, CALLER_PC);
    return REAL_OF(setrlimit64)(what, from);
}

/* -- children -- */

static pid_t ended(pid_t child, int *status, struct rusage *usage, uintptr_t pc) {
    if (child > 0) {
        fills(status, sizeof *status, pc);
        fills(usage, sizeof *usage, pc);
    }
    return child;
}

INTERPOSE pid_t wait(int *status) {
    return ended(REAL_OF(wait)(status), status, NULL, CALLER_PC);
}

INTERPOSE pid_t waitpid(pid_t which, int *status, int flags) {
    return ended(REAL_OF(waitpid)(which, status, flags), status, NULL, CALLER_PC);
}

INTERPOSE pid_t wait4(pid_t which, int *status, int flags, struct rusage *usage) {
    return ended(REAL_OF(wait4)(which, status, flags, usage), status, usage, CALLER_PC);
}

/* -- readiness, which orders nothing -- */

/* Of the number the kernel looks at 32 bits. */
static int are_ready(int result, struct pollfd *fds, nfds_t given, uintptr_t pc) {
    unsigned n = (unsigned)given;
    for (unsigned i = 0; result >= 0 && is_watched(pc) && i < n; i++) {
        reads(&fds[i], offsetof(struct pollfd, revents), pc);
        writes(&fds[i].revents, sizeof fds[i].revents, pc);
    }
    return result;
}

INTERPOSE int poll(struct pollfd *fds, nfds_t n, int ms) {
    return are_ready(REAL_OF(poll)(fds, n, ms), fds, n, CALLER_PC);
}

INTERPOSE int __poll_chk(struct pollfd *fds, nfds_t n, int ms, size_t known);
int __poll_chk(struct pollfd *fds, nfds_t n, int ms, size_t known) {
    return are_ready(REAL_OF(__poll_chk)(fds, n, ms, known), fds, n, CALLER_PC);
}

INTERPOSE int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *limit,
                    const sigset_t *mask) {
    takes(limit, sizeof *limit, CALLER_PC);
    return are_ready(REAL_OF(ppoll)(fds, n, limit, mask), fds, n, CALLER_PC);
}

INTERPOSE int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *limit,
                          const sigset_t *mask, size_t known);
int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *limit, const sigset_t *mask,
                size_t known) {
    takes(limit, sizeof *limit, CALLER_PC);
    return are_ready(REAL_OF(__ppoll_chk)(fds, n, limit, mask, known), fds, n, CALLER_PC);
}

/* Of a set, the bytes that hold the first n descriptors. The kernel looks at no more than there are descriptors
 * of the process, so who says too many need not have them: a set of sets is taken for one. */
static inline size_t set_bytes(int n) {
    return n <= 0 ? 0 : n < FD_SETSIZE ? ((size_t)n + 7) / 8 : sizeof(fd_set);
}

static void asks_for_sets(int n, fd_set *const sets[3], uintptr_t pc) {
    for (int i = 0; i < 3; i++) {
        takes(sets[i], set_bytes(n), pc);
    }
}

static int has_sets(int result, int n, fd_set *const sets[3], uintptr_t pc) {
    for (int i = 0; result >= 0 && i < 3; i++) {
        fills(sets[i], set_bytes(n), pc);
    }
    return result;
}

/* What is left of the time is written, too. */
INTERPOSE int select(int n, fd_set *to_read, fd_set *to_write, fd_set *to_except,
                     struct timeval *limit) {
    fd_set *const sets[] = {to_read, to_write, to_except};
    asks_for_sets(n, sets, CALLER_PC);
    takes(limit, sizeof *limit, CALLER_PC);
    int result =
        has_sets(REAL_OF(select)(n, to_read, to_write, to_except, limit), n, sets, CALLER_PC);
    fills(result >= 0 ? limit : NULL, sizeof *limit, CALLER_PC);
    return result;
}

INTERPOSE int pselect(int n, fd_set *to_read, fd_set *to_write, fd_set *to_except,
                      const struct timespec *limit, const sigset_t *mask) {
    fd_set *const sets[] = {to_read, to_write, to_except};
    asks_for_sets(n, sets, CALLER_PC);
    takes(limit, sizeof *limit, CALLER_PC);
    int result = REAL_OF(pselect)(n, to_read, to_write, to_except, limit, mask);
    return has_sets(result, n, sets, CALLER_PC);
}
