/* os_io.c - Linux behind os_io.h. */
#include "runtime/os_io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "runtime/emit.h"

#ifndef RWF_NOSIGNAL
#define RWF_NOSIGNAL 0x100 /* Linux 6.18 */
#endif

/* -- results -- */

static ssize_t with_errno(ssize_t result, int before) {
    if (result < 0) {
        result = -errno;
    }
    errno = before;
    return result;
}

/* Repeats call while a signal interrupts it. */
#define UNINTERRUPTED(call)                                                                        \
    int before = errno;                                                                            \
    ssize_t result;                                                                                \
    do {                                                                                           \
        result = (call);                                                                           \
    } while (result < 0 && errno == EINTR);                                                        \
    return with_errno(result, before)

/* -- what a descriptor is -- */

bool rdl__os_fd_is_open(int fd) {
    int before = errno;
    bool is_open = fcntl(fd, F_GETFD) >= 0;
    errno = before;
    return is_open;
}

int rdl__os_file_kind(int fd) {
    struct stat file;
    int before = errno;
    if (fstat(fd, &file) != 0) {
        return (int)with_errno(-1, before);
    }
    if (S_ISSOCK(file.st_mode)) {
        return OS_FILE_SOCKET;
    }
    return S_ISREG(file.st_mode) || S_ISDIR(file.st_mode) || S_ISBLK(file.st_mode)
               ? OS_FILE_POSITIONED
               : OS_FILE_STREAM;
}

bool rdl__os_is_positioned(int fd) {
    int before = errno;
    bool is_positioned = lseek(fd, 0, SEEK_CUR) >= 0;
    errno = before;
    return is_positioned;
}

/* The kernel numbers event counters in a text of its own: "eventfd-id: 12". 0: it is none. */
static uint64_t counter_id(int fd) {
    static const char label[] = "eventfd-id:";
    char path[48];
    char text[512];
    snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
    int info = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = info < 0 ? 0 : read(info, text, sizeof(text) - 1);
    if (info >= 0) {
        close(info);
    }
    text[n < 0 ? 0 : n] = 0;
    const char *at = strstr(text, label);
    return at == NULL ? 0 : strtoull(at + sizeof(label) - 1, NULL, 10) + 1;
}

static bool is_local(int fd) {
    int domain = AF_UNSPEC;
    socklen_t bytes = sizeof(domain);
    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &bytes) == 0 && domain == AF_UNIX;
}

uint64_t rdl__os_object(int fd) {
    struct stat file;
    int before = errno;
    uint64_t id = 0;
    if (fstat(fd, &file) != 0) {
        id = 0;
    } else if (S_ISFIFO(file.st_mode)) {
        id = EV_IO_PIPE + (uint64_t)file.st_ino;
    } else if (S_ISSOCK(file.st_mode)) {
        id = is_local(fd) ? EV_IO_LOCAL : 0;
    } else if ((file.st_mode & S_IFMT) == 0) { /* what has no file system */
        id = counter_id(fd);
        id += id == 0 ? 0 : EV_IO_COUNTER;
    }
    errno = before;
    return id;
}

int rdl__os_poll(int fd, short events) {
    struct pollfd query = {.fd = fd, .events = events};
    int before = errno;
    int n;
    do {
        n = poll(&query, 1, 0);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        return (int)with_errno(n, before);
    }
    return (query.revents & POLLNVAL) != 0 ? -EBADF : n == 0 ? 0 : query.revents;
}

/* -- SIGPIPE: where no flag keeps it away, it is blocked, and taken back if it came -- */

struct quiet {
    sigset_t before;
    bool was_pending;
};

static void only_sigpipe(sigset_t *set) {
    sigemptyset(set);
    sigaddset(set, SIGPIPE);
}

/* One that was pending before is somebody else's. */
static void quiet_begin(struct quiet *q) {
    sigset_t set;
    only_sigpipe(&set);
    pthread_sigmask(SIG_BLOCK, &set, &q->before);
    q->was_pending = false;
    if (sigismember(&q->before, SIGPIPE)) {
        sigpending(&set);
        q->was_pending = sigismember(&set, SIGPIPE);
    }
}

static void quiet_end(const struct quiet *q, bool broken) {
    static const struct timespec at_once = {0};
    sigset_t set;
    only_sigpipe(&set);
    if (broken && !q->was_pending) {
        sigtimedwait(&set, NULL, &at_once);
    }
    pthread_sigmask(SIG_SETMASK, &q->before, NULL);
}

/* -- reading and writing -- */

ssize_t rdl__os_try_recv(int fd, void *buf, size_t n) {
    UNINTERRUPTED(recv(fd, buf, n, MSG_DONTWAIT));
}

ssize_t rdl__os_try_send(int fd, const void *buf, size_t n, bool may_signal) {
    int flags = MSG_DONTWAIT | (may_signal ? 0 : MSG_NOSIGNAL);
    UNINTERRUPTED(send(fd, buf, n, flags));
}

ssize_t rdl__os_try_read(int fd, void *buf, size_t n) {
    const struct iovec piece = {.iov_base = buf, .iov_len = n};
    UNINTERRUPTED(preadv2(fd, &piece, 1, -1, RWF_NOWAIT));
}

static ssize_t write_flags(int fd, const void *buf, size_t n, int flags) {
    const struct iovec piece = {.iov_base = (void *)(uintptr_t)buf, .iov_len = n};
    UNINTERRUPTED(flags == 0 ? write(fd, buf, n) : pwritev2(fd, &piece, 1, -1, flags));
}

static ssize_t write_quietly(int fd, const void *buf, size_t n, int flags) {
    struct quiet q;
    quiet_begin(&q);
    ssize_t done = write_flags(fd, buf, n, flags);
    quiet_end(&q, done == -EPIPE);
    return done;
}

ssize_t rdl__os_try_write(int fd, const void *buf, size_t n, bool may_signal) {
    if (may_signal) {
        return write_flags(fd, buf, n, RWF_NOWAIT);
    }
    ssize_t done = write_flags(fd, buf, n, RWF_NOWAIT | RWF_NOSIGNAL);
    return done == -EOPNOTSUPP ? write_quietly(fd, buf, n, RWF_NOWAIT) : done;
}

ssize_t rdl__os_read(int fd, void *buf, size_t n) {
    UNINTERRUPTED(read(fd, buf, n));
}

ssize_t rdl__os_write_once(int fd, const void *buf, size_t n, bool may_signal) {
    return may_signal ? write_flags(fd, buf, n, 0) : write_quietly(fd, buf, n, 0);
}

/* -- sockets -- */

/* A connection that was given up before it was accepted is nobody's error. */
int rdl__os_accept(int fd, struct sockaddr *address, unsigned *length) {
    int before = errno;
    unsigned room = length != NULL ? *length : 0;
    int made;
    do {
        if (length != NULL) {
            *length = room;
        }
        made = accept4(fd, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    } while (made < 0 && (errno == EINTR || errno == ECONNABORTED));
    return (int)with_errno(made, before);
}

int rdl__os_try_accept(int fd, struct sockaddr *address, unsigned *length) {
    int before = errno;
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0) {
        return (int)with_errno(flags, before);
    }
    return (flags & O_NONBLOCK) != 0 ? rdl__os_accept(fd, address, length) : -EOPNOTSUPP;
}

/* connect has no flag for "do not wait". A socket that is not connected yet is nobody's but the
 * caller's in practice, so it is made non-blocking for the length of this one call. Interrupted,
 * connect goes on by itself: that is progress. */
int rdl__os_try_connect(int fd, const struct sockaddr *address, unsigned length) {
    int before = errno;
    int flags = fcntl(fd, F_GETFL);
    bool blocks = flags >= 0 && (flags & O_NONBLOCK) == 0;
    if (blocks) {
        fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    }
    int result = connect(fd, address, length) == 0 ? 0 : -errno;
    if (blocks) {
        fcntl(fd, F_SETFL, flags);
    }
    errno = before;
    return result == -EINTR || result == -EALREADY ? -EINPROGRESS : result;
}

int rdl__os_connect(int fd, const struct sockaddr *address, unsigned length) {
    int before = errno;
    int result = connect(fd, address, length) == 0 ? 0 : -errno;
    errno = before;
    return result;
}

int rdl__os_connect_result(int fd) {
    int before = errno;
    int error = 0;
    struct sockaddr_storage peer;
    socklen_t bytes = sizeof(error);
    socklen_t peer_bytes = sizeof(peer);
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &bytes) != 0) {
        return (int)with_errno(-1, before);
    }
    if (error == 0 && getpeername(fd, (struct sockaddr *)&peer, &peer_bytes) != 0) {
        error = errno == ENOTCONN ? EINPROGRESS : errno;
    }
    errno = before;
    return -error;
}

/* -- closing -- */

/* The number is free even when a signal came in between. */
int rdl__os_close(int fd) {
    int before = errno;
    int result = close(fd);
    if (result < 0 && errno == EINTR) {
        result = 0;
    }
    return (int)with_errno(result, before);
}
