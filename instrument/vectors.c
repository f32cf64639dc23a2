/* vectors.c - reading and writing in several parts, and what the kernel moves from one descriptor to another:
 * the memory that is touched besides, and the edges of io.c. Zone: SYNC. Leaves errno alone.
 */
#include "instrument/given.h"
#include "instrument/io.h"
#include "instrument/outside.h"
#include "instrument/ranges.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

/* More than the kernel takes at once is an error. */
static inline size_t count_of(int n) {
    return n > 0 && n <= UIO_MAXIOV ? (size_t)n : 0;
}

static void writes_parts(int fd, const struct iovec *parts, int n, uintptr_t pc) {
    size_t bytes = count_of(n) * sizeof *parts;
    const struct iovec *list = probe_bytes(parts, bytes) ? parts : NULL;
    takes(list, bytes, pc);
    io_will_write(fd, list, count_of(n), pc);
}

static ssize_t has_parts(int fd, const struct iovec *parts, int n, ssize_t got, uintptr_t pc) {
    if (got >= 0) {
        takes(parts, count_of(n) * sizeof *parts, pc);
    }
    return io_have_read(fd, parts, count_of(n), got, pc);
}

INTERPOSE ssize_t readv(int fd, const struct iovec *parts, int n) {
    return has_parts(fd, parts, n, OUTSIDE(REAL_OF(readv)(fd, parts, n)), CALLER_PC);
}

INTERPOSE ssize_t preadv(int fd, const struct iovec *parts, int n, off_t at) {
    return has_parts(fd, parts, n, REAL_OF(preadv)(fd, parts, n, at), CALLER_PC);
}

INTERPOSE ssize_t preadv64(int fd, const struct iovec *parts, int n, off64_t at) {
    return has_parts(fd, parts, n, REAL_OF(preadv64)(fd, parts, n, at), CALLER_PC);
}

INTERPOSE ssize_t preadv2(int fd, const struct iovec *parts, int n, off_t at, int flags) {
    return has_parts(fd, parts, n, REAL_OF(preadv2)(fd, parts, n, at, flags), CALLER_PC);
}

INTERPOSE ssize_t preadv64v2(int fd, const struct iovec *parts, int n, off64_t at, int flags) {
    return has_parts(fd, parts, n, REAL_OF(preadv64v2)(fd, parts, n, at, flags), CALLER_PC);
}

INTERPOSE ssize_t writev(int fd, const struct iovec *parts, int n) {
    writes_parts(fd, parts, n, CALLER_PC);
    return OUTSIDE_IN_PARTS(OUTSIDE_UNKNOWN, REAL_OF(writev)(fd, parts, n));
}

INTERPOSE ssize_t pwritev(int fd, const struct iovec *parts, int n, off_t at) {
    writes_parts(fd, parts, n, CALLER_PC);
    return REAL_OF(pwritev)(fd, parts, n, at);
}

INTERPOSE ssize_t pwritev64(int fd, const struct iovec *parts, int n, off64_t at) {
    writes_parts(fd, parts, n, CALLER_PC);
    return REAL_OF(pwritev64)(fd, parts, n, at);
}

INTERPOSE ssize_t pwritev2(int fd, const struct iovec *parts, int n, off_t at, int flags) {
    writes_parts(fd, parts, n, CALLER_PC);
    return REAL_OF(pwritev2)(fd, parts, n, at, flags);
}

INTERPOSE ssize_t pwritev64v2(int fd, const struct iovec *parts, int n, off64_t at, int flags) {
    writes_parts(fd, parts, n, CALLER_PC);
    return REAL_OF(pwritev64v2)(fd, parts, n, at, flags);
}

/* -- from one descriptor to another: an offset is read, and moved on -- */

static ssize_t moved(int from, void *at, void *to_at, ssize_t n, uintptr_t pc) {
    if (n >= 0) {
        io_has_read(from);
        fills(at, sizeof(off64_t), pc);
        fills(to_at, sizeof(off64_t), pc);
    }
    return n;
}

INTERPOSE ssize_t splice(int from, off64_t *at, int to, off64_t *to_at, size_t n, unsigned flags) {
    io_writes(to);
    return moved(from, at, to_at, REAL_OF(splice)(from, at, to, to_at, n, flags), CALLER_PC);
}

INTERPOSE ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *to_at, size_t n,
                                  unsigned flags) {
    ssize_t done = REAL_OF(copy_file_range)(from, at, to, to_at, n, flags);
    return moved(-1, at, to_at, done, CALLER_PC);
}

INTERPOSE ssize_t sendfile(int to, int from, off_t *at, size_t n) {
    io_writes(to);
    return moved(from, at, NULL, REAL_OF(sendfile)(to, from, at, n), CALLER_PC);
}

INTERPOSE ssize_t sendfile64(int to, int from, off64_t *at, size_t n) {
    io_writes(to);
    return moved(from, at, NULL, REAL_OF(sendfile64)(to, from, at, n), CALLER_PC);
}

/* The bytes stay where they are, too. */
INTERPOSE ssize_t tee(int from, int to, size_t n, unsigned flags) {
    io_writes(to);
    return moved(from, NULL, NULL, REAL_OF(tee)(from, to, n, flags), CALLER_PC);
}

/* Into a pipe the pages themselves go, or out of it. What a reader of the pipe finds is what the memory
 * holds then: only the call is ordered. */
INTERPOSE ssize_t vmsplice(int fd, const struct iovec *parts, size_t n, unsigned flags) {
    takes_at_most(parts, n * sizeof *parts, UIO_MAXIOV * sizeof *parts, CALLER_PC);
    io_writes(fd);
    given_parts(n <= UIO_MAXIOV && probe_bytes(parts, n * sizeof *parts) ? parts : NULL, n);
    ssize_t done = REAL_OF(vmsplice)(fd, parts, n, flags);
    if (done >= 0) {
        io_has_read(fd);
    }
    return done;
}
