/* Every call of io.c: what it returns is the real call's, and each is seen. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static char to[16], from[16] = "raddle";

static int check_pipe(void) {
    int ends[2];
    struct iovec parts[2] = {{from, 2}, {from + 2, 4}}, room[2] = {{to, 3}, {to + 3, 3}};
    if (pipe(ends) != 0 || write(ends[1], from, 6) != 6 || read(ends[0], to, 16) != 6) {
        return 0;
    }
    if (writev(ends[1], parts, 2) != 6 || readv(ends[0], room, 2) != 6 ||
        memcmp(to, from, 6) != 0) {
        return 0;
    }
    return close(ends[1]) == 0 && read(ends[0], to, 1) == 0 && close(ends[0]) == 0;
}

static int check_socket(void) {
    int ends[2];
    struct iovec part = {from, 6}, room = {to, 16};
    struct msghdr out = {.msg_iov = &part, .msg_iovlen = 1},
                  in = {.msg_iov = &room, .msg_iovlen = 1};
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
        return 0;
    }
    return send(ends[0], from, 6, 0) == 6 && recv(ends[1], to, 16, 0) == 6 &&
           sendto(ends[0], from, 6, 0, NULL, 0) == 6 &&
           recvfrom(ends[1], to, 16, 0, NULL, NULL) == 6 && sendmsg(ends[0], &out, 0) == 6 &&
           recvmsg(ends[1], &in, 0) == 6 && memcmp(to, from, 6) == 0;
}

static int check_counter(void) {
    int counter = eventfd(0, 0);
    eventfd_t got = 0;
    return eventfd_write(counter, 5) == 0 && eventfd_read(counter, &got) == 0 && got == 5;
}

int main(void) {
    errno = 0;
    if (!check_pipe() || !check_socket() || !check_counter()) {
        return 1;
    }
    return read(-1, to, 1) == -1 && errno == EBADF ? 0 : 2;
}
