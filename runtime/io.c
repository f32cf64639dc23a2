/* io.c - the I/O calls of raddle.h: try without blocking, wait, try again.
 *
 * What has no readiness (files), or cannot be tried without blocking, is done by a call that may
 * block, with the thread's other tasks handed to somebody else meanwhile [GR-22]; before it, where
 * there is readiness, the descriptor was found ready, so only a reader in another process that is
 * quicker can make it block.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>

#include "runtime/fd.h"
#include "runtime/os_io.h"
#include "runtime/sched.h"

#define CALLER ((uintptr_t)__builtin_return_address(0))

/* A pipe that is ready for writing takes so much at once. */
#define SAFE_WRITE_BYTES ((size_t)PIPE_BUF)

/* -- kinds -- */

static void note_kind(struct fd_use *use, enum fd_kind kind) {
    atomic_store_explicit(&use->record->kind, kind, memory_order_relaxed); /* a hint */
}

static enum fd_kind look_at(struct fd_use *use) {
    static const uint8_t kinds[] = {
        [OS_FILE_SOCKET] = FD_SOCKET, [OS_FILE_STREAM] = FD_STREAM, [OS_FILE_POSITIONED] = FD_FILE};
    int found = rdl__os_file_kind(use->fd);
    enum fd_kind kind = found < 0 ? FD_STREAM : (enum fd_kind)kinds[found]; /* it will say why */
    note_kind(use, kind);
    return kind;
}

/* Of a file only the kernel's own word counts: on anything else its call could block for ever. */
static enum fd_kind kind_of(struct fd_use *use) {
    enum fd_kind kind = atomic_load_explicit(&use->record->kind, memory_order_relaxed); /* a hint */
    bool trusted = kind == FD_FILE ? rdl__os_is_positioned(use->fd) : kind != FD_UNKNOWN;
    return trusted ? kind : look_at(use);
}

/* -- edges: a write happens before the read of a later byte of the same object [HB-IO-01] --
 *
 * The object's clock collects what all writers knew; so a reader may learn of a writer whose bytes
 * come after his: a race less, not a false alarm. */

static const void *object_of(int fd) {
    return (const void *)(uintptr_t)rdl__os_object(fd);
}

static void note_before_write(struct fd_use *use, const void *buf, size_t n) {
    if (rdl__emit_on()) {
        const void *object = object_of(use->fd);
        rdl__emit_access(use->self->det, buf, n, EV_READ, use->pc);
        if (object != NULL) {
            rdl__emit_release_merge(use->self->det, object);
        }
    }
}

/* The end of a file counts: it says that the writer has closed. */
static void note_after_read(struct fd_use *use, const void *buf, size_t n) {
    if (rdl__emit_on()) {
        const void *object = object_of(use->fd);
        if (object != NULL) {
            rdl__emit_acquire(use->self->det, object);
        }
        rdl__emit_access(use->self->det, buf, n, EV_WRITE, use->pc);
    }
}

static void note_before_close(struct task *self, int fd) {
    const void *object = rdl__emit_on() ? object_of(fd) : NULL;
    if (object != NULL) {
        rdl__emit_release_merge(self->det, object);
    }
}

/* -- waiting -- */

/* Waits until fd is ready; 0: try again. -EPERM: it has no readiness. */
static int wait_for(struct fd_use *use, short events) {
    return rdl__fd_wait(use, (uint32_t)(unsigned short)events);
}

/* Before a call that may block: 0 when fd is ready for it, or is always. */
static int wait_until_ready(struct fd_use *use, short events) {
    int ready;
    while ((ready = rdl__os_poll(use->fd, events)) == 0) {
        int result = wait_for(use, events);
        if (result != 0) {
            return result == -EPERM ? 0 : result;
        }
    }
    return ready < 0 ? ready : 0;
}

/* -- reading -- */

static ssize_t read_blocking(struct fd_use *use, void *buf, size_t n) {
    rdl__sched_block_begin(use->self);
    ssize_t got = rdl__os_read(use->fd, buf, n);
    rdl__sched_block_end(use->self);
    return got;
}

/* One step: a result, or -EAGAIN: wait. */
static ssize_t try_read(struct fd_use *use, void *buf, size_t n) {
    ssize_t got;
    switch (kind_of(use)) {
    case FD_SOCKET:
        got = rdl__os_try_recv(use->fd, buf, n);
        if (got == -ENOTSOCK) {
            note_kind(use, FD_UNKNOWN);
            return try_read(use, buf, n);
        }
        return got;
    case FD_FILE:
        return read_blocking(use, buf, n);
    default:
        got = rdl__os_try_read(use->fd, buf, n);
    }
    if (got == -EOPNOTSUPP) {
        int result = wait_until_ready(use, POLLIN);
        return result != 0 ? result : read_blocking(use, buf, n);
    }
    return got;
}

static ssize_t read_some(struct fd_use *use, void *buf, size_t n) {
    ssize_t got;
    if (n == 0) {
        return rdl__os_read(use->fd, buf, 0); /* never blocks */
    }
    while ((got = try_read(use, buf, n)) == -EAGAIN) {
        int result = wait_for(use, POLLIN);
        if (result == -EPERM) {
            return read_blocking(use, buf, n);
        }
        if (result != 0) {
            return result;
        }
    }
    return got;
}

RDL__SSIZE rdl_read(int fd, void *buf, size_t n, rdl_time deadline) {
    struct task *self = rdl__task_self();
    struct fd_use use = {
        .self = self, .fd = fd, .side = FD_READ, .deadline_ns = deadline, .pc = CALLER};
    rdl__sched_check(self);
    ssize_t got = rdl__fd_enter(&use);
    if (got == 0) {
        got = read_some(&use, buf, n);
        if (got >= 0) {
            note_after_read(&use, buf, (size_t)got);
        }
        rdl__fd_leave(&use);
    }
    return got;
}

/* -- writing -- */

/* [IO-06] */
static bool may_signal(int fd) {
    return fd == 1 || fd == 2;
}

static ssize_t write_blocking(struct fd_use *use, const void *buf, size_t n) {
    rdl__sched_block_begin(use->self);
    ssize_t done = rdl__os_write_once(use->fd, buf, n, may_signal(use->fd));
    rdl__sched_block_end(use->self);
    return done;
}

static ssize_t try_write(struct fd_use *use, const void *buf, size_t n) {
    ssize_t done;
    switch (kind_of(use)) {
    case FD_SOCKET:
        done = rdl__os_try_send(use->fd, buf, n, may_signal(use->fd));
        if (done == -ENOTSOCK) {
            note_kind(use, FD_UNKNOWN);
            return try_write(use, buf, n);
        }
        return done;
    case FD_FILE:
        return write_blocking(use, buf, n);
    default:
        done = rdl__os_try_write(use->fd, buf, n, may_signal(use->fd));
    }
    if (done == -EOPNOTSUPP) {
        int result = wait_until_ready(use, POLLOUT);
        return result != 0 ? result
                           : write_blocking(use, buf, n < SAFE_WRITE_BYTES ? n : SAFE_WRITE_BYTES);
    }
    return done;
}

static ssize_t write_some(struct fd_use *use, const void *buf, size_t n) {
    ssize_t done;
    while ((done = try_write(use, buf, n)) == -EAGAIN) {
        int result = wait_for(use, POLLOUT);
        if (result == -EPERM) {
            return write_blocking(use, buf, n);
        }
        if (result != 0) {
            return result;
        }
    }
    return done;
}

/* Even nothing is written once: an empty datagram is a datagram. */
static ssize_t write_all(struct fd_use *use, const char *buf, size_t n) {
    size_t done = 0;
    do {
        ssize_t step = write_some(use, buf + done, n - done);
        if (step < 0 && done == 0) {
            return step;
        }
        if (step <= 0) {
            break;
        }
        done += (size_t)step;
    } while (done < n);
    return (ssize_t)done;
}

RDL__SSIZE rdl_write(int fd, const void *buf, size_t n, rdl_time deadline) {
    struct task *self = rdl__task_self();
    struct fd_use use = {
        .self = self, .fd = fd, .side = FD_WRITE, .deadline_ns = deadline, .pc = CALLER};
    rdl__sched_check(self);
    ssize_t done = rdl__fd_enter(&use);
    if (done == 0) {
        note_before_write(&use, buf, n);
        done = write_all(&use, buf, n);
        rdl__fd_leave(&use);
    }
    return done;
}

/* -- connections -- */

static int accept_blocking(struct fd_use *use, struct sockaddr *address, unsigned *length) {
    rdl__sched_block_begin(use->self);
    int made = rdl__os_accept(use->fd, address, length);
    rdl__sched_block_end(use->self);
    return made;
}

static int accept_one(struct fd_use *use, struct sockaddr *address, unsigned *length) {
    int result;
    for (;;) {
        int made = rdl__os_try_accept(use->fd, address, length);
        if (made == -EOPNOTSUPP) {
            result = wait_until_ready(use, POLLIN);
            return result != 0 ? result : accept_blocking(use, address, length);
        }
        if (made != -EAGAIN) {
            return made;
        }
        result = wait_for(use, POLLIN);
        if (result != 0) {
            return result;
        }
    }
}

int rdl_accept(int fd, struct sockaddr *address, unsigned *length, rdl_time deadline) {
    struct task *self = rdl__task_self();
    struct fd_use use = {
        .self = self, .fd = fd, .side = FD_READ, .deadline_ns = deadline, .pc = CALLER};
    rdl__sched_check(self);
    int made = rdl__fd_enter(&use);
    if (made == 0) {
        made = accept_one(&use, address, length);
        rdl__fd_leave(&use);
    }
    return made;
}

static int connect_blocking(struct fd_use *use, const struct sockaddr *address, unsigned length) {
    rdl__sched_block_begin(use->self);
    int result = rdl__os_connect(use->fd, address, length);
    rdl__sched_block_end(use->self);
    return result;
}

/* A local socket whose listener's queue is full says EAGAIN and has no readiness to wait for. */
static int connect_to(struct fd_use *use, const struct sockaddr *address, unsigned length) {
    int result = rdl__os_try_connect(use->fd, address, length);
    if (result == -EAGAIN) {
        return connect_blocking(use, address, length);
    }
    while (result == -EINPROGRESS) {
        int waited = wait_for(use, POLLOUT);
        if (waited != 0) {
            return waited;
        }
        result = rdl__os_connect_result(use->fd);
    }
    return result;
}

int rdl_connect(int fd, const struct sockaddr *address, unsigned length, rdl_time deadline) {
    struct task *self = rdl__task_self();
    struct fd_use use = {
        .self = self, .fd = fd, .side = FD_WRITE, .deadline_ns = deadline, .pc = CALLER};
    rdl__sched_check(self);
    int result = rdl__fd_enter(&use);
    if (result == 0) {
        result = connect_to(&use, address, length);
        rdl__fd_leave(&use);
    }
    return result;
}

/* -- readiness, and the end -- */

static int poll_until_ready(struct fd_use *use, short events) {
    int ready;
    while ((ready = rdl__os_poll(use->fd, events)) == 0) {
        int result = wait_for(use, events);
        if (result != 0) {
            return result;
        }
    }
    return ready;
}

int rdl_poll_fd(int fd, short events, rdl_time deadline) {
    struct task *self = rdl__task_self();
    struct fd_use use = {
        .self = self, .fd = fd, .side = FD_ANY, .deadline_ns = deadline, .pc = CALLER};
    rdl__sched_check(self);
    int ready = rdl__fd_enter(&use);
    if (ready == 0) {
        ready = poll_until_ready(&use, events);
        rdl__fd_leave(&use);
    }
    return ready;
}

int rdl_close_fd(int fd) {
    struct task *self = rdl__task_self();
    rdl__sched_check(self);
    note_before_close(self, fd);
    return rdl__fd_close(self, fd, CALLER);
}
