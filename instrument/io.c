/* io.c - reading and writing: what orders two tasks when one reads what the other wrote, and which
 * memory the kernel touches for them. (vectors.c and sockets.c have the calls that are not read and write.)
 *
 * Edges   A write to a pipe, event counter or local socket happens before the read of a later byte
 *         of it, and a close before the end that the reader sees [HB-IO-01]; whoever calls. The
 *         object's clock collects what all writers knew, so a reader may learn of a writer whose bytes
 *         come after his: a race less, never a false alarm.
 *         epoll_ctl happens before an event that epoll_wait returns: who waits finds there what the
 *         other told it to (data.ptr). Being ready orders nothing else. The key is the descriptor's
 *         number, for the kernel numbers no such objects; a duplicate of it is another.
 * Given   What goes into a pipe or socket may be pointers (given.h).
 * Ranges  Buffers are reported for callers in instrumented modules only, as in libc.c.
 * Cost    One or two system calls a call; six for an event counter, whose number stands in a text.
 * Zone    SYNC. Leaves errno alone.
 */
#include "instrument/io.h"

#include "instrument/filelock.h"
#include "instrument/given.h"
#include "instrument/hook.h"
#include "instrument/modules.h"
#include "instrument/outside.h"
#include "instrument/probe.h"
#include "instrument/real.h"
#include "instrument/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* -- which object -- */

static bool is_local(int fd) {
    int domain = AF_UNSPEC;
    socklen_t bytes = sizeof domain;
    long failed =
        sys_call(SYS_getsockopt, fd, SOL_SOCKET, SO_DOMAIN, (long)&domain, (long)&bytes, 0);
    return failed == 0 && domain == AF_UNIX;
}

static char *put_decimal(char *at, unsigned n) {
    if (n >= 10) {
        at = put_decimal(at, n / 10);
    }
    *at = (char)('0' + n % 10);
    return at + 1;
}

/* The number after `label` in text, plus 1; 0: it is not there. */
static uintptr_t number_after(const char *text, const char *label) {
    size_t same = 0;
    for (; *text != '\0' && label[same] != '\0'; text++) {
        same = *text == label[same] ? same + 1 : *text == label[0] ? 1 : 0;
    }
    if (label[same] != '\0') {
        return 0;
    }
    uintptr_t n = 0;
    for (; *text == ' ' || (*text >= '0' && *text <= '9'); text++) {
        n = *text == ' ' ? n : n * 10 + (uintptr_t)(*text - '0');
    }
    return n + 1;
}

/* The kernel numbers event counters in a text of its own: "eventfd-id: 12". 0: it is none. */
static uintptr_t counter_number(int fd) {
    char path[40] = "/proc/self/fdinfo/";
    char text[512];
    char *end = path;
    while (*end != '\0') {
        end++;
    }
    *put_decimal(end, (unsigned)fd) = '\0';
    long info = sys_call(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC, 0, 0, 0);
    if (info < 0) {
        return 0;
    }
    long n = SYS3(SYS_read, info, text, sizeof text - 1);
    SYS3(SYS_close, info, 0, 0);
    text[n < 0 ? 0 : n] = '\0';
    return number_after(text, "eventfd-id:");
}

/* 0: nothing that orders. carries: bytes that somebody reads once, in this process perhaps. */
static uintptr_t key_of(int fd, bool *carries) {
    struct stat file;
    if (fd >= 0 && front.sandboxed) { /* more order than there may be: asking might be forbidden */
        return EV_IO_LOCAL;
    }
    if (fd < 0 || SYS3(SYS_fstat, fd, &file, 0) != 0) {
        return 0;
    }
    *carries = S_ISFIFO(file.st_mode) || S_ISSOCK(file.st_mode);
    if (S_ISFIFO(file.st_mode)) {
        return EV_IO_PIPE + (uintptr_t)file.st_ino;
    }
    if (S_ISSOCK(file.st_mode)) {
        return is_local(fd) ? EV_IO_LOCAL : 0;
    }
    uintptr_t number = (file.st_mode & S_IFMT) == 0 ? counter_number(fd) : 0;
    *carries |= number != 0; /* a count may be an address, and is all that says so then */
    return number != 0 ? EV_IO_COUNTER + number : 0;
}

/* -- what is told -- */

/* More than AT_ONCE the kernel does not move. Of many bytes it may be that there are not so many: a number that is
 * wrong is the program's error, and answered. */
enum { AT_ONCE = 0x7ffff000, MANY_BYTES = 1 << 20 };

static void publish(int fd, const struct iovec *part, size_t parts) {
    bool carries = false;
    uintptr_t key = self.task != NULL || self.hidden == 0 ? key_of(fd, &carries) : 0;
    if (carries && part != NULL) {
        given_parts(part, parts);
    }
    struct det_task *t = key != 0 ? event_enter() : NULL;
    if (t != NULL) {
        det_release_merge(t, key);
        event_leave();
    }
}

static void receive(int fd) {
    bool carries = false;
    uintptr_t key = self.task != NULL || self.hidden == 0 ? key_of(fd, &carries) : 0;
    struct det_task *t = key != 0 ? event_enter() : NULL;
    if (t != NULL) {
        det_acquire(t, key);
        event_leave();
    }
}

static void touched(const struct iovec *part, size_t parts, size_t n, uint32_t bits, uintptr_t pc) {
    if (part == NULL || !code_is_instrumented(pc)) {
        return;
    }
    for (size_t i = 0; i < parts && n != 0; i++) {
        size_t here = part[i].iov_len < n ? part[i].iov_len : n;
        if (here <= MANY_BYTES || probe_bytes(part[i].iov_base, here)) {
            hook_range((uintptr_t)part[i].iov_base, here, bits, pc);
        }
        n -= here;
    }
}

void io_will_write(int fd, const struct iovec *part, size_t parts, uintptr_t pc) {
    if (front.on) {
        touched(part, parts, AT_ONCE, EV_READ, pc);
        publish(fd, part, parts);
    }
}

ssize_t io_have_read(int fd, const struct iovec *part, size_t parts, ssize_t n, uintptr_t pc) {
    if (front.on && n >= 0) {
        receive(fd);
        touched(part, parts, (size_t)n, EV_WRITE, pc);
    }
    return n;
}

void io_closes(int fd) {
    if (front.on) {
        publish(fd, NULL, 0);
        filelock_closes(fd);
    }
}

/* -- the calls -- */

INTERPOSE ssize_t read(int fd, void *buf, size_t n) {
    ONE_PART(buf, n);
    return io_have_read(fd, &part, 1, OUTSIDE(REAL_OF(read)(fd, buf, n)), CALLER_PC);
}

INTERPOSE ssize_t __read_chk(int fd, void *buf, size_t n, size_t room);
ssize_t __read_chk(int fd, void *buf, size_t n, size_t room) {
    ONE_PART(buf, n);
    return io_have_read(fd, &part, 1, OUTSIDE(REAL_OF(__read_chk)(fd, buf, n, room)), CALLER_PC);
}

INTERPOSE ssize_t pread(int fd, void *buf, size_t n, off_t at) {
    ONE_PART(buf, n);
    return io_have_read(fd, &part, 1, REAL_OF(pread)(fd, buf, n, at), CALLER_PC);
}

INTERPOSE ssize_t pread64(int fd, void *buf, size_t n, off64_t at) {
    ONE_PART(buf, n);
    return io_have_read(fd, &part, 1, REAL_OF(pread64)(fd, buf, n, at), CALLER_PC);
}

INTERPOSE ssize_t __pread_chk(int fd, void *buf, size_t n, off_t at, size_t room);
ssize_t __pread_chk(int fd, void *buf, size_t n, off_t at, size_t room) {
    ONE_PART(buf, n);
    return io_have_read(fd, &part, 1, REAL_OF(__pread_chk)(fd, buf, n, at, room), CALLER_PC);
}

INTERPOSE ssize_t __pread64_chk(int fd, void *buf, size_t n, off64_t at, size_t room);
ssize_t __pread64_chk(int fd, void *buf, size_t n, off64_t at, size_t room) {
    ONE_PART(buf, n);
    return io_have_read(fd, &part, 1, REAL_OF(__pread64_chk)(fd, buf, n, at, room), CALLER_PC);
}

INTERPOSE ssize_t write(int fd, const void *buf, size_t n) {
    ONE_PART(buf, n);
    io_will_write(fd, &part, 1, CALLER_PC);
    return OUTSIDE_IN_PARTS(n, REAL_OF(write)(fd, buf, n));
}

INTERPOSE ssize_t pwrite(int fd, const void *buf, size_t n, off_t at) {
    ONE_PART(buf, n);
    io_will_write(fd, &part, 1, CALLER_PC);
    return REAL_OF(pwrite)(fd, buf, n, at);
}

INTERPOSE ssize_t pwrite64(int fd, const void *buf, size_t n, off64_t at) {
    ONE_PART(buf, n);
    io_will_write(fd, &part, 1, CALLER_PC);
    return REAL_OF(pwrite64)(fd, buf, n, at);
}

INTERPOSE int eventfd_read(int fd, eventfd_t *value) {
    ONE_PART(value, sizeof *value);
    int result = OUTSIDE(REAL_OF(eventfd_read)(fd, value));
    io_have_read(fd, &part, 1, result == 0 ? (ssize_t)sizeof *value : -1, CALLER_PC);
    return result;
}

INTERPOSE int eventfd_write(int fd, eventfd_t value) {
    io_will_write(fd, NULL, 0, CALLER_PC);
    return REAL_OF(eventfd_write)(fd, value);
}

/* -- epoll -- */

static uintptr_t epoll_key(int fd) {
    return EV_IO_LOCAL + 1 + (unsigned)fd;
}

INTERPOSE int epoll_ctl(int epoll, int what, int fd, struct epoll_event *event) {
    struct det_task *t = front.on && what != EPOLL_CTL_DEL ? event_enter() : NULL;
    if (t != NULL) {
        det_release_merge(t, epoll_key(epoll));
        event_leave();
    }
    int result = REAL_OF(epoll_ctl)(epoll, what, fd, event);
    if (result == 0 && what != EPOLL_CTL_DEL) { /* it could be read */
        given_word((uintptr_t)event->data.u64);
    }
    return result;
}

static int have_events(int epoll, struct epoll_event *events, int n, uintptr_t pc) {
    struct det_task *t = front.on && n > 0 ? event_enter() : NULL;
    if (t != NULL) {
        det_acquire(t, epoll_key(epoll));
        event_leave();
        ONE_PART(events, (size_t)n * sizeof *events);
        touched(&part, 1, part.iov_len, EV_WRITE, pc);
    }
    return n;
}

INTERPOSE int epoll_wait(int epoll, struct epoll_event *events, int room, int ms) {
    int n = OUTSIDE(REAL_OF(epoll_wait)(epoll, events, room, ms));
    return have_events(epoll, events, n, CALLER_PC);
}

INTERPOSE int epoll_pwait(int epoll, struct epoll_event *events, int room, int ms,
                          const sigset_t *mask) {
    int n = OUTSIDE(REAL_OF(epoll_pwait)(epoll, events, room, ms, mask));
    return have_events(epoll, events, n, CALLER_PC);
}

INTERPOSE int epoll_pwait2(int epoll, struct epoll_event *events, int room,
                           const struct timespec *limit, const sigset_t *mask) {
    int n = OUTSIDE(REAL_OF(epoll_pwait2)(epoll, events, room, limit, mask));
    return have_events(epoll, events, n, CALLER_PC);
}
