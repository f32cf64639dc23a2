/* handover.c - the giving side; see instrument/handover.h. */
#include "instrument/handover.h"

#include <string.h>
#include <unistd.h>

#include "instrument/tools/gate/handover.h"

enum { MOST_WAITING = 4096 }; /* the system has a limit of its own */

int handover_listen(const char *path) {
    struct sockaddr_un address;
    socklen_t bytes = handover_address(&address, path);
    int listener = socket(AF_UNIX, HANDOVER_TYPE | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener >= 0 && (bind(listener, (struct sockaddr *)&address, bytes) != 0 ||
                          listen(listener, MOST_WAITING) != 0)) {
        close(listener);
        return -1;
    }
    return listener;
}

static void give(int asker, int file) {
    char byte = 0;
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {.head = {.cmsg_len = CMSG_LEN(sizeof file),
                          .cmsg_level = SOL_SOCKET,
                          .cmsg_type = SCM_RIGHTS}};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    memcpy(CMSG_DATA(&control.head), &file, sizeof file);
    (void)sendmsg(asker, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void handover_answer(int listener, int file, bool (*may_have)(pid_t)) {
    int asker = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    struct ucred who;
    socklen_t bytes = sizeof who;
    if (asker < 0) {
        return;
    }
    if (getsockopt(asker, SOL_SOCKET, SO_PEERCRED, &who, &bytes) == 0 && may_have(who.pid)) {
        give(asker, file);
    }
    close(asker);
}
