/* Rule    rows.libc_descriptors  [HB-M-01]
 * Expect  rows
 * Why     what reading, writing and asking descriptors touches: parts, messages, addresses, options.
 */
#include "rows.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* FIRST calls a function on `at`; SECOND writes a byte there (CALLS), which conflicts with any access, or
 * reads one (SEES), which conflicts with a write only. */
#define FIRST_OF(row, type, ...)                                                                   \
    _Alignas(16) char row##_memory[4096];                                                          \
    FIRST(row) {                                                                                   \
        type *at = (type *)row##_memory;                                                           \
        (void)at;                                                                                  \
        __VA_ARGS__;                                                                               \
        SHOW(*at);                                                                                 \
    }
#define CALLS(row, type, byte, ...)                                                                \
    FIRST_OF(row, type, __VA_ARGS__)                                                               \
    SECOND(row) {                                                                                  \
        row##_memory[byte] = 'x';                                                                  \
    }
#define SEES(row, type, byte, ...)                                                                 \
    FIRST_OF(row, type, __VA_ARGS__)                                                               \
    SECOND(row) {                                                                                  \
        USE(row##_memory[byte]);                                                                   \
    }
size_t five = 5; /* which no compiler knows */
int null_device = -1, zero_device = -1;
struct sockaddr_in anywhere;
__attribute__((constructor)) static void open_devices(void) {
    null_device = open("/dev/null", O_WRONLY);
    zero_device = open("/dev/zero", O_RDONLY);
    anywhere.sin_family = AF_INET;
    anywhere.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

/* A local socket at whose other end five bytes were sent. */
static int with_message(void) {
    int ends[2];
    socketpair(AF_UNIX, SOCK_DGRAM, 0, ends);
    send(ends[0], "hello", 5, 0);
    return ends[1];
}
static int connected(void) {
    int ends[2];
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    return ends[0];
}
static int of_internet(void) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bind(fd, (struct sockaddr *)&anywhere, sizeof anywhere);
    return fd;
}
/* Somebody has connected. */
static int with_caller(void) {
    int fd = of_internet(), caller = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in there;
    socklen_t bytes = sizeof there;
    listen(fd, 1);
    getsockname(fd, (struct sockaddr *)&there, &bytes);
    connect(caller, (struct sockaddr *)&there, bytes);
    return fd;
}
static int empty_pipe(void) {
    int ends[2];
    USE(pipe(ends));
    return ends[1];
}
/* clang-format off */
#define PART_OF(n) struct iovec part = {at, n}
#define MESSAGE(n) PART_OF(n); struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1}
#define ADDRESS    (struct sockaddr *)at

/* -- descriptors -- */
CALLS(RaceReadOfUnknownSize, char, 4, USE(read(zero_device, at, five)))
CALLS(NoRaceReadOfUnknownSize, char, 5, USE(read(zero_device, at, five)))
CALLS(RacePreadOfUnknownSize, char, 4, USE(pread(zero_device, at, five, 0)))
CALLS(NoRacePreadOfUnknownSize, char, 5, USE(pread(zero_device, at, five, 0)))
CALLS(RacePread64OfUnknownSize, char, 4, USE(pread64(zero_device, at, five, 0)))
CALLS(RaceReadv, char, 4, PART_OF(five); USE(readv(zero_device, &part, 1)))
CALLS(NoRaceReadv, char, 5, PART_OF(five); USE(readv(zero_device, &part, 1)))
CALLS(RacePreadv, char, 4, PART_OF(five); USE(preadv(zero_device, &part, 1, 0)))
CALLS(NoRacePreadv, char, 5, PART_OF(five); USE(preadv(zero_device, &part, 1, 0)))
CALLS(RacePreadv64, char, 4, PART_OF(five); USE(preadv64(zero_device, &part, 1, 0)))
CALLS(RacePreadv2, char, 4, PART_OF(five); USE(preadv2(zero_device, &part, 1, 0, 0)))
CALLS(RacePreadv64v2, char, 4, PART_OF(five); USE(preadv64v2(zero_device, &part, 1, 0, 0)))
CALLS(RaceWritev, char, 4, PART_OF(five); USE(writev(null_device, &part, 1)))
CALLS(NoRaceWritev, char, 5, PART_OF(five); USE(writev(null_device, &part, 1)))
SEES(NoRaceWritevReads, char, 0, PART_OF(five); USE(writev(null_device, &part, 1)))
CALLS(RaceWritevParts, struct iovec, 15, at->iov_len = 0; SHOW(*at); USE(writev(null_device, at, 1)))
CALLS(RacePwritev, char, 4, PART_OF(five); USE(pwritev(null_device, &part, 1, 0)))
CALLS(RacePwritev64, char, 4, PART_OF(five); USE(pwritev64(null_device, &part, 1, 0)))
CALLS(RacePwritev2, char, 4, PART_OF(five); USE(pwritev2(null_device, &part, 1, 0, 0)))
CALLS(RacePwritev64v2, char, 4, PART_OF(five); USE(pwritev64v2(null_device, &part, 1, 0, 0)))
SEES(RaceSendfileOffset, off_t, 7, int file = open("/proc/self/exe", O_RDONLY); USE(sendfile(empty_pipe(), file, at, 5)); close(file))
SEES(NoRaceSendfileOffset, off_t, 8, int file = open("/proc/self/exe", O_RDONLY); USE(sendfile(empty_pipe(), file, at, 5)); close(file))
SEES(RaceSpliceOffset, off64_t, 7, int file = open("/proc/self/exe", O_RDONLY); USE(splice(file, at, empty_pipe(), NULL, 5, 0)); close(file))
SEES(RacePipe, int, 7, USE(pipe(at)))
SEES(NoRacePipe, int, 8, USE(pipe(at)))
SEES(RacePipe2, int, 7, USE(pipe2(at, O_CLOEXEC)))
SEES(RaceSocketpair, int, 7, socketpair(AF_UNIX, SOCK_STREAM, 0, at))

/* -- messages -- */
SEES(RaceRecv, char, 4, USE(recv(with_message(), at, 8 * five, 0)))
SEES(NoRaceRecv, char, 5, USE(recv(with_message(), at, 8 * five, 0)))
SEES(NoRaceRecvTruncated, char, 0, USE(recv(with_message(), at, 8 * five, MSG_TRUNC)))
SEES(RaceRecvfrom, char, 4, USE(recvfrom(with_message(), at, 8 * five, 0, NULL, NULL)))
SEES(NoRaceRecvfrom, char, 5, USE(recvfrom(with_message(), at, 8 * five, 0, NULL, NULL)))
SEES(RaceRecvmsg, char, 4, MESSAGE(64); USE(recvmsg(with_message(), &message, 0)))
SEES(NoRaceRecvmsg, char, 5, MESSAGE(64); USE(recvmsg(with_message(), &message, 0)))
SEES(RaceRecvmsgFlags, struct msghdr, offsetof(struct msghdr, msg_flags), USE(recvmsg(with_message(), at, 0)))
SEES(NoRaceRecvmsgParts, struct msghdr, offsetof(struct msghdr, msg_iovlen), USE(recvmsg(with_message(), at, 0)))
CALLS(RaceRecvmsgParts, struct msghdr, offsetof(struct msghdr, msg_iov), USE(recvmsg(with_message(), at, 0)))
CALLS(RaceSendmsg, char, 4, MESSAGE(five); USE(sendmsg(connected(), &message, 0)))
CALLS(NoRaceSendmsg, char, 5, MESSAGE(five); USE(sendmsg(connected(), &message, 0)))
SEES(RaceRecvmmsg, char, 4, PART_OF(64); struct mmsghdr m = {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}}; recvmmsg(with_message(), &m, 1, 0, NULL))
SEES(NoRaceRecvmmsg, char, 5, PART_OF(64); struct mmsghdr m = {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}}; recvmmsg(with_message(), &m, 1, 0, NULL))
CALLS(RaceSendmmsg, char, 4, PART_OF(five); struct mmsghdr m = {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}}; sendmmsg(connected(), &m, 1, 0))
SEES(RaceSendmmsgLength, struct mmsghdr, offsetof(struct mmsghdr, msg_len), sendmmsg(connected(), at, 1, 0))
SEES(NoRaceSendmmsgLength, struct mmsghdr, offsetof(struct mmsghdr, msg_hdr), sendmmsg(connected(), at, 1, 0))
CALLS(RaceSendto, char, 4, USE(sendto(connected(), at, five, 0, NULL, 0)))

/* -- addresses -- */
SEES(RaceGetsockname, char, 1, socklen_t n = 16; getsockname(connected(), ADDRESS, &n))
SEES(NoRaceGetsockname, char, 2, socklen_t n = 16; getsockname(connected(), ADDRESS, &n))
SEES(RaceGetpeername, char, 1, socklen_t n = 16; getpeername(connected(), ADDRESS, &n))
SEES(RaceGetsocknameLength, socklen_t, 3, char name[16]; *at = 16; getsockname(connected(), (struct sockaddr *)name, at))
SEES(NoRaceGetsocknameCut, char, 4, socklen_t n = 4; getsockname(of_internet(), ADDRESS, &n))
SEES(RaceAccept, char, 15, socklen_t n = 64; accept(with_caller(), ADDRESS, &n))
SEES(NoRaceAccept, char, 16, socklen_t n = 64; accept(with_caller(), ADDRESS, &n))
SEES(RaceAccept4, char, 15, socklen_t n = 64; accept4(with_caller(), ADDRESS, &n, 0))
CALLS(RaceBind, char, 15, bind(-1, ADDRESS, 16))
CALLS(NoRaceBind, char, 16, bind(-1, ADDRESS, 16))
CALLS(RaceConnect, char, 15, connect(-1, ADDRESS, 16))
SEES(RaceGetsockopt, int, 3, socklen_t n = 4; getsockopt(connected(), SOL_SOCKET, SO_TYPE, at, &n))
SEES(NoRaceGetsockopt, int, 4, socklen_t n = 4; getsockopt(connected(), SOL_SOCKET, SO_TYPE, at, &n))
CALLS(RaceSetsockopt, int, 3, setsockopt(-1, SOL_SOCKET, SO_REUSEADDR, at, 4))
SEES(RaceInetNtop, char, 7, USE(inet_ntop(AF_INET, "\1\2\3\4", at, 64)))
SEES(NoRaceInetNtop, char, 8, USE(inet_ntop(AF_INET, "\1\2\3\4", at, 64)))
SEES(RaceInetPton, char, 3, inet_pton(AF_INET, "1.2.3.4", at))
SEES(NoRaceInetPton, char, 4, inet_pton(AF_INET, "1.2.3.4", at))
SEES(NoRaceInetPtonFails, char, 0, inet_pton(AF_INET, "nothing", at))
SEES(RaceInetAton, struct in_addr, 3, inet_aton("1.2.3.4", at))
SEES(RaceGetaddrinfo, struct addrinfo *, 7, struct addrinfo hints = {.ai_flags = AI_NUMERICHOST}; USE(getaddrinfo("127.0.0.1", NULL, &hints, at)); freeaddrinfo(*at))
SEES(RaceGetnameinfo, char, 9, getnameinfo((struct sockaddr *)&anywhere, sizeof anywhere, at, 64, NULL, 0, NI_NUMERICHOST))
SEES(NoRaceGetnameinfo, char, 10, getnameinfo((struct sockaddr *)&anywhere, sizeof anywhere, at, 64, NULL, 0, NI_NUMERICHOST))
/* clang-format on */
