/* sockets.c - messages, addresses and options: the memory that the kernel touches, and the edges of io.c.
 *
 * A length that goes in and comes out is the room first, then what there was to say: of an address that is
 * cut, the room is written.
 * Zone    SYNC. Leaves errno alone.
 */
#include "instrument/io.h"
#include "instrument/outside.h"
#include "instrument/ranges.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPTION_AT_MOST = 1 << 20 }; /* more the kernel refuses, or hardly anybody says */

static inline void takes_address(const void *at, socklen_t bytes, uintptr_t pc) {
    takes_at_most(at, bytes, sizeof(struct sockaddr_storage), pc);
}

/* -- bytes: what is asked for with MSG_TRUNC may be thrown away instead -- */

static inline const struct iovec *wanted(const struct iovec *part, int flags) {
    return (flags & MSG_TRUNC) != 0 ? NULL : part;
}

INTERPOSE ssize_t recv(int fd, void *buf, size_t n, int flags) {
    ONE_PART(buf, n);
    return io_have_read(
        fd, wanted(&part, flags), 1,
        OUTSIDE_IN_PARTS((flags & MSG_WAITALL) != 0 ? n : 0, REAL_OF(recv)(fd, buf, n, flags)),
        CALLER_PC);
}

INTERPOSE ssize_t __recv_chk(int fd, void *buf, size_t n, size_t room, int flags);
ssize_t __recv_chk(int fd, void *buf, size_t n, size_t room, int flags) {
    ONE_PART(buf, n);
    return io_have_read(fd, wanted(&part, flags), 1,
                        OUTSIDE_IN_PARTS((flags & MSG_WAITALL) != 0 ? n : 0,
                                         REAL_OF(__recv_chk)(fd, buf, n, room, flags)),
                        CALLER_PC);
}

INTERPOSE ssize_t send(int fd, const void *buf, size_t n, int flags) {
    ONE_PART(buf, n);
    io_will_write(fd, &part, 1, CALLER_PC);
    return OUTSIDE_IN_PARTS(n, REAL_OF(send)(fd, buf, n, flags));
}

INTERPOSE ssize_t sendto(int fd, const void *buf, size_t n, int flags, const struct sockaddr *to,
                         socklen_t bytes) {
    ONE_PART(buf, n);
    takes_address(to, bytes, CALLER_PC);
    io_will_write(fd, &part, 1, CALLER_PC);
    return OUTSIDE_IN_PARTS(n, REAL_OF(sendto)(fd, buf, n, flags, to, bytes));
}

/* The end of a file for who reads at the other side. */
INTERPOSE int shutdown(int fd, int how) {
    io_closes(fd);
    return REAL_OF(shutdown)(fd, how);
}

/* -- addresses and options -- */

/* What the program says that it has. */
static inline socklen_t room_of(const void *to, const socklen_t *bytes, uintptr_t pc) {
    bool is_asked = is_watched(pc) && is_there(to) && is_there(bytes);
    return is_asked && probe_bytes(bytes, sizeof *bytes) ? *bytes : 0;
}

static void has_address(void *to, socklen_t room, socklen_t *bytes, uintptr_t pc) {
    if (is_there(to) && is_there(bytes)) {
        fills(bytes, sizeof *bytes, pc);
        fills(to, *bytes < room ? *bytes : room, pc);
    }
}

INTERPOSE ssize_t recvfrom(int fd, void *buf, size_t n, int flags, struct sockaddr *from,
                           socklen_t *bytes) {
    ONE_PART(buf, n);
    socklen_t room = room_of(from, bytes, CALLER_PC);
    ssize_t got = OUTSIDE_IN_PARTS((flags & MSG_WAITALL) != 0 ? n : 0,
                                   REAL_OF(recvfrom)(fd, buf, n, flags, from, bytes));
    io_have_read(fd, wanted(&part, flags), 1, got, CALLER_PC);
    if (got >= 0) {
        has_address(from, room, bytes, CALLER_PC);
    }
    return got;
}

INTERPOSE ssize_t __recvfrom_chk(int fd, void *buf, size_t n, size_t known, int flags,
                                 struct sockaddr *from, socklen_t *bytes);
ssize_t __recvfrom_chk(int fd, void *buf, size_t n, size_t known, int flags, struct sockaddr *from,
                       socklen_t *bytes) {
    ONE_PART(buf, n);
    socklen_t room = room_of(from, bytes, CALLER_PC);
    ssize_t got = OUTSIDE_IN_PARTS((flags & MSG_WAITALL) != 0 ? n : 0,
                                   REAL_OF(__recvfrom_chk)(fd, buf, n, known, flags, from, bytes));
    io_have_read(fd, wanted(&part, flags), 1, got, CALLER_PC);
    if (got >= 0) {
        has_address(from, room, bytes, CALLER_PC);
    }
    return got;
}

INTERPOSE int accept(int fd, struct sockaddr *from, socklen_t *bytes) {
    socklen_t room = room_of(from, bytes, CALLER_PC);
    int connection = files_given(OUTSIDE(REAL_OF(accept)(fd, from, bytes)));
    if (connection >= 0) {
        has_address(from, room, bytes, CALLER_PC);
    }
    return connection;
}

INTERPOSE int accept4(int fd, struct sockaddr *from, socklen_t *bytes, int flags) {
    socklen_t room = room_of(from, bytes, CALLER_PC);
    int connection = files_given(OUTSIDE(REAL_OF(accept4)(fd, from, bytes, flags)));
    if (connection >= 0) {
        has_address(from, room, bytes, CALLER_PC);
    }
    return connection;
}

INTERPOSE int getsockname(int fd, struct sockaddr *to, socklen_t *bytes) {
    socklen_t room = room_of(to, bytes, CALLER_PC);
    int result = REAL_OF(getsockname)(fd, to, bytes);
    if (result == 0) {
        has_address(to, room, bytes, CALLER_PC);
    }
    return result;
}

INTERPOSE int getpeername(int fd, struct sockaddr *to, socklen_t *bytes) {
    socklen_t room = room_of(to, bytes, CALLER_PC);
    int result = REAL_OF(getpeername)(fd, to, bytes);
    if (result == 0) {
        has_address(to, room, bytes, CALLER_PC);
    }
    return result;
}

INTERPOSE int getsockopt(int fd, int level, int name, void *to, socklen_t *bytes) {
    int result = REAL_OF(getsockopt)(fd, level, name, to, bytes);
    if (result == 0) {
        has_address(to, *bytes, bytes, CALLER_PC);
    }
    return result;
}

INTERPOSE int setsockopt(int fd, int level, int name, const void *from, socklen_t bytes) {
    takes_at_most(from, bytes, OPTION_AT_MOST, CALLER_PC);
    return REAL_OF(setsockopt)(fd, level, name, from, bytes);
}

INTERPOSE int bind(int fd, const struct sockaddr *at, socklen_t bytes) {
    takes_address(at, bytes, CALLER_PC);
    return REAL_OF(bind)(fd, at, bytes);
}

INTERPOSE int connect(int fd, const struct sockaddr *to, socklen_t bytes) {
    takes_address(to, bytes, CALLER_PC);
    return OUTSIDE(REAL_OF(connect)(fd, to, bytes));
}

/* -- messages -- */

static void takes_header(const struct msghdr *message, uintptr_t pc) {
    takes(message, offsetof(struct msghdr, msg_flags), pc);
    takes(message->msg_iov, message->msg_iovlen * sizeof *message->msg_iov, pc);
}

/* It can be looked at, and so can the list of its parts. */
static bool can_be_sent(const struct msghdr *message) {
    return probe_bytes(message, sizeof *message) && message->msg_iovlen <= UIO_MAXIOV &&
           probe_bytes(message->msg_iov, message->msg_iovlen * sizeof *message->msg_iov);
}

static void sends_message(int fd, const struct msghdr *message, uintptr_t pc) {
    if (!can_be_sent(message)) {
        io_writes(fd);
        return;
    }
    takes_header(message, pc);
    takes_address(message->msg_name, message->msg_namelen, pc);
    takes_at_most(message->msg_control, message->msg_controllen, OPTION_AT_MOST, pc);
    io_will_write(fd, message->msg_iov, message->msg_iovlen, pc);
}

/* room: of the name, before. */
static void has_message(int fd, struct msghdr *message, int flags, socklen_t room, size_t n,
                        uintptr_t pc) {
    const struct iovec *parts = wanted(message->msg_iov, flags);
    io_have_read(fd, parts, message->msg_iovlen, (ssize_t)n, pc);
    takes_header(message, pc);
    has_address(message->msg_name, room, &message->msg_namelen, pc);
    fills(message->msg_control, message->msg_controllen, pc);
    fills(&message->msg_controllen, sizeof message->msg_controllen, pc);
    fills(&message->msg_flags, sizeof message->msg_flags, pc);
}

INTERPOSE ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    sends_message(fd, message, CALLER_PC);
    return OUTSIDE_IN_PARTS(OUTSIDE_UNKNOWN, REAL_OF(sendmsg)(fd, message, flags));
}

INTERPOSE ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
    bool is_read = is_watched(CALLER_PC) && probe_bytes(message, sizeof *message);
    socklen_t room = is_read ? message->msg_namelen : 0;
    ssize_t got = OUTSIDE_IN_PARTS((flags & MSG_WAITALL) != 0 ? OUTSIDE_UNKNOWN : 0,
                                   REAL_OF(recvmsg)(fd, message, flags));
    if (got >= 0) {
        has_message(fd, message, flags, room, (size_t)got, CALLER_PC);
    }
    return got;
}

INTERPOSE int sendmmsg(int fd, struct mmsghdr *messages, unsigned n, int flags) {
    for (unsigned i = 0; i < n && i < UIO_MAXIOV; i++) {
        sends_message(fd, &messages[i].msg_hdr, CALLER_PC);
    }
    int sent = OUTSIDE_IN_PARTS(OUTSIDE_UNKNOWN, REAL_OF(sendmmsg)(fd, messages, n, flags));
    for (int i = 0; i < sent; i++) {
        fills(&messages[i].msg_len, sizeof messages[i].msg_len, CALLER_PC);
    }
    return sent;
}

/* Of names what there was to say is not known to have fitted: nothing is told of them. */
INTERPOSE int recvmmsg(int fd, struct mmsghdr *messages, unsigned n, int flags,
                       struct timespec *limit) {
    int got = OUTSIDE(REAL_OF(recvmmsg)(fd, messages, n, flags, limit));
    for (int i = 0; i < got; i++) {
        has_message(fd, &messages[i].msg_hdr, flags, 0, messages[i].msg_len, CALLER_PC);
        fills(&messages[i].msg_len, sizeof messages[i].msg_len, CALLER_PC);
    }
    return got;
}

/* -- what they are made of: two descriptors -- */

static int made_pair(int result, int ends[2], uintptr_t pc) {
    if (result == 0) {
        files_given(ends[0]);
        files_given(ends[1]);
        fills(ends, 2 * sizeof ends[0], pc);
        io_made_pipe();
    }
    return result;
}

INTERPOSE int pipe(int ends[2]) {
    return made_pair(REAL_OF(pipe)(ends), ends, CALLER_PC);
}

INTERPOSE int pipe2(int ends[2], int flags) {
    return made_pair(REAL_OF(pipe2)(ends, flags), ends, CALLER_PC);
}

INTERPOSE int socketpair(int domain, int type, int protocol, int ends[2]) {
    return made_pair(REAL_OF(socketpair)(domain, type, protocol, ends), ends, CALLER_PC);
}

INTERPOSE int socket(int domain, int type, int protocol) {
    if (domain == AF_UNIX) {
        io_made_pipe();
    }
    return files_given(REAL_OF(socket)(domain, type, protocol));
}

INTERPOSE int mkfifo(const char *path, mode_t mode) {
    takes_path(path, CALLER_PC);
    io_made_pipe();
    return REAL_OF(mkfifo)(path, mode);
}

/* -- addresses as text -- */

static inline size_t address_bytes(int family) {
    return family == AF_INET6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
}

INTERPOSE const char *inet_ntop(int family, const void *address, char *to, socklen_t room) {
    const char *text = REAL_OF(inet_ntop)(family, address, to, room);
    if (text != NULL) {
        takes(address, address_bytes(family), CALLER_PC);
        fills_text(to, CALLER_PC);
    }
    return text;
}

INTERPOSE int inet_pton(int family, const char *text, void *to) {
    int result = REAL_OF(inet_pton)(family, text, to);
    if (result == 1) {
        takes_text(text, CALLER_PC);
        fills(to, address_bytes(family), CALLER_PC);
    }
    return result;
}

INTERPOSE int inet_aton(const char *text, struct in_addr *to) {
    int result = REAL_OF(inet_aton)(text, to);
    if (result != 0) {
        fills(to, sizeof *to, CALLER_PC);
    }
    return result;
}
