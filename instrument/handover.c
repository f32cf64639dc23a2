/* handover.c - the asking side; see handover.h. */
#include "instrument/handover.h"

#include "instrument/sys.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/time.h>

#define MOST_SECONDS 10 /* a gate that was stopped must not hold the program for ever */

/* The descriptor in a message that came over the socket. */
static long receive(long from) {
    char byte;
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    long n;
    do {
        n = SYS3(SYS_recvmsg, from, &message, MSG_CMSG_CLOEXEC);
    } while (n == -EINTR);
    if (n != 1 || message.msg_controllen < CMSG_LEN(sizeof(int)) ||
        control.head.cmsg_level != SOL_SOCKET || control.head.cmsg_type != SCM_RIGHTS) {
        return -1;
    }
    int fd = -1;
    __builtin_memcpy(&fd, CMSG_DATA(&control.head), sizeof fd);
    return fd;
}

/* When the run is over anybody may listen under the name: only root and ourselves are believed, for what they
 * give is mapped, and written to. */
static bool is_trusted(long asking) {
    struct ucred who = {.uid = (uid_t)-1};
    socklen_t bytes = sizeof who;
    return sys_call(SYS_getsockopt, asking, SOL_SOCKET, SO_PEERCRED, (long)&who, (long)&bytes, 0) ==
               0 &&
           (who.uid == 0 || who.uid == (uid_t)SYS3(SYS_geteuid, 0, 0, 0));
}

long handover_ask(const char *path) {
    struct sockaddr_un address;
    const struct timeval most = {.tv_sec = MOST_SECONDS};
    socklen_t bytes = handover_address(&address, path);
    long fd = -1, asking = SYS3(SYS_socket, AF_UNIX, HANDOVER_TYPE | SOCK_CLOEXEC, 0);
    if (asking < 0) {
        return asking;
    }
    sys_call(SYS_setsockopt, asking, SOL_SOCKET, SO_RCVTIMEO, (long)&most, sizeof most, 0);
    sys_call(SYS_setsockopt, asking, SOL_SOCKET, SO_SNDTIMEO, (long)&most, sizeof most, 0);
    if (SYS3(SYS_connect, asking, &address, bytes) == 0 && is_trusted(asking)) {
        fd = receive(asking);
    }
    SYS3(SYS_close, asking, 0, 0);
    return fd;
}
