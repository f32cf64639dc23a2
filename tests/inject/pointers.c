/* Bad pointers and lengths in calls of the system: each is answered as the kernel answers it, and none is followed by
 * anybody else. What a call answers without the detector is what stands here. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096 };

static int failed;
static char *const nobody[] = {(char *)"/nowhere/program", NULL};

#define FAILS(with, call)                                                                          \
    do {                                                                                           \
        errno = 0;                                                                                 \
        long result = (long)(call);                                                                \
        if (result != -1 || errno != (with)) {                                                     \
            fprintf(stderr, "line %d: %ld, %s\n", __LINE__, result, strerror(errno));              \
            failed = 1;                                                                            \
        }                                                                                          \
    } while (0)

static void files(void *bad) {
    struct stat about;
    char text[PAGE];
    FAILS(EFAULT, stat(bad, &about));
    FAILS(EFAULT, stat("/", bad));
    FAILS(EFAULT, lstat(bad, &about));
    FAILS(EFAULT, fstat(0, bad));
    FAILS(EFAULT, fstatat(AT_FDCWD, bad, &about, 0));
    FAILS(EFAULT, readlink(bad, text, sizeof text));
    FAILS(EFAULT, readlink("/proc/self/exe", bad, sizeof text));
    FAILS(EFAULT, readlinkat(AT_FDCWD, bad, text, sizeof text));
    FAILS(EFAULT, mkfifo(bad, 0600));
    FAILS(EFAULT, getrlimit(RLIMIT_CORE, bad));
    FAILS(EFAULT, setrlimit(RLIMIT_CORE, bad));
    FAILS(EFAULT, nanosleep(bad, NULL));
}

static void bytes(void *bad, const int ends[2]) {
    struct iovec part = {.iov_base = bad, .iov_len = 8};
    FAILS(EFAULT, write(ends[1], bad, 8));
    FAILS(EFAULT, writev(ends[1], &part, 1));
    FAILS(EFAULT, writev(ends[1], bad, 1));
    FAILS(EFAULT, vmsplice(ends[1], bad, 1, 0));
    if (write(ends[1], "word", 4) == 4) {
        FAILS(EFAULT, read(ends[0], bad, 4));
        FAILS(EFAULT, readv(ends[0], &part, 1));
        FAILS(EFAULT, readv(ends[0], bad, 1));
    }
    FAILS(EFAULT, pipe(bad));
}

static void messages(void *bad, int socket) {
    struct mmsghdr many[2] = {{.msg_hdr = {.msg_iov = bad, .msg_iovlen = 1}}};
    struct msghdr one = {.msg_iov = bad, .msg_iovlen = 1};
    struct iovec part = {.iov_base = bad, .iov_len = 8};
    struct sockaddr_un from;
    int value = 0;
    FAILS(EFAULT, sendmsg(socket, bad, 0));
    FAILS(EFAULT, sendmsg(socket, &one, 0));
    FAILS(EFAULT, sendmmsg(socket, bad, 2, 0));
    FAILS(EFAULT, sendmmsg(socket, many, 2, 0));
    FAILS(EFAULT, recvmsg(socket, bad, MSG_DONTWAIT));
    FAILS(EFAULT, recvmsg(socket, &one, MSG_DONTWAIT));
    FAILS(EFAULT, recvmmsg(socket, bad, 2, MSG_DONTWAIT, NULL));
    one = (struct msghdr){
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = bad, .msg_controllen = 64};
    FAILS(EFAULT, sendmsg(socket, &one, 0));
    one = (struct msghdr){.msg_iov = &part, .msg_iovlen = 1, .msg_name = bad, .msg_namelen = 64};
    FAILS(EFAULT, sendmsg(socket, &one, 0));
    FAILS(EFAULT, sendto(socket, "word", 4, 0, bad, 64));
    FAILS(EFAULT, bind(socket, bad, 64));
    FAILS(EFAULT, connect(socket, bad, 64));
    FAILS(EFAULT, setsockopt(socket, SOL_SOCKET, SO_SNDBUF, bad, sizeof value));
    FAILS(EFAULT, getsockopt(socket, SOL_SOCKET, SO_SNDBUF, bad, &(socklen_t){sizeof value}));
    FAILS(EFAULT, getsockopt(socket, SOL_SOCKET, SO_SNDBUF, &value, bad));
    FAILS(EFAULT, getsockname(socket, (struct sockaddr *)&from, bad));
    FAILS(EFAULT, getpeername(socket, (struct sockaddr *)&from, bad));
    FAILS(EFAULT, socketpair(AF_UNIX, SOCK_STREAM, 0, bad));
}

static void readiness(void *bad, int fd) {
    int epoll = epoll_create1(0);
    FAILS(EFAULT, poll(bad, 1, 0));
    FAILS(EFAULT, ppoll(bad, 1, NULL, NULL));
    FAILS(EFAULT, select(8, bad, NULL, NULL, NULL));
    FAILS(EFAULT, epoll_ctl(epoll, EPOLL_CTL_ADD, fd, bad));
    close(epoll);
}

/* In a child: who succeeds is another program. */
static void programs(void *bad) {
    char *const broken[] = {(char *)"A=1", bad, NULL};
    pid_t child = fork();
    if (child == 0) {
        FAILS(EFAULT, execve("/bin/true", nobody, bad));
        FAILS(EFAULT, execve("/bin/true", nobody, broken));
        FAILS(EFAULT, execve(bad, nobody, environ));
        FAILS(ENOENT, execve(nobody[0], nobody, environ));
        _exit(failed);
    }
    int status = -1;
    waitpid(child, &status, 0);
    failed |= status;
    failed |= posix_spawn(&child, "/bin/true", NULL, NULL, nobody, broken) != EFAULT;
}

/* Compilers know that the calls below cannot be right. */
static __attribute__((noinline)) size_t hidden(size_t n) {
    volatile size_t it = n;
    return it;
}

/* Lengths that no call takes: nobody goes through so many. */
static void lengths(const int ends[2], int socket) {
    static char text[64];
    struct pollfd one = {.fd = -1};
    FAILS(EINVAL, poll(&one, hidden(UINT_MAX), 0));
    FAILS(EINVAL, writev(ends[1], (struct iovec *)text, (int)hidden(INT_MAX)));
    FAILS(EINVAL, bind(socket, (struct sockaddr *)text, INT_MAX));
    FAILS(EINVAL, connect(socket, (struct sockaddr *)text, INT_MAX));
    FAILS(EFAULT, write(ends[1], text, hidden(SIZE_MAX / 2 + 1)));
    struct msghdr many = {.msg_iov = (struct iovec *)text, .msg_iovlen = SIZE_MAX / 32};
    FAILS(EMSGSIZE, sendmsg(socket, &many, 0));
    int queue = msgget(IPC_PRIVATE, 0600);
    if (queue >= 0) {
        FAILS(EINVAL, msgsnd(queue, text, SIZE_MAX / 4, IPC_NOWAIT));
        msgctl(queue, IPC_RMID, NULL);
    }
    failed |=
        poll(&one, hidden((size_t)1 << 40), 0) != 0; /* of which the kernel looks at 32 bits */
    select(INT_MAX, NULL, NULL, NULL, &(struct timeval){.tv_usec = 1});
}

/* The process has all the descriptors that it may: what it starts is another matter, and what it cannot start
 * has not been missed. */
static void no_descriptors(void) {
    struct rlimit limit = {.rlim_cur = 0, .rlim_max = 0};
    pid_t child = fork();
    if (child == 0) {
        getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = 0;
        setrlimit(RLIMIT_NOFILE, &limit);
        FAILS(ENOENT, execve(nobody[0], nobody, environ));
        FAILS(ENOENT, execvp("no_such_program", nobody));
        failed |= popen("true", "r") != NULL;
        failed |= posix_spawn(&child, nobody[0], NULL, NULL, nobody, environ) != ENOENT;
        _exit(failed);
    }
    int status = -1;
    waitpid(child, &status, 0);
    failed |= status;
}

int main(void) {
    int ends[2], sockets[2];
    char *shut = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (shut == MAP_FAILED || pipe(ends) != 0 || socketpair(AF_UNIX, SOCK_DGRAM, 0, sockets) != 0) {
        return 3;
    }
    void *bad[] = {(void *)8, shut, (void *)-8};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        files(bad[i]);
        bytes(bad[i], ends);
        messages(bad[i], sockets[0]);
        readiness(bad[i], ends[0]);
        programs(bad[i]);
    }
    lengths(ends, sockets[0]);
    no_descriptors();
    return failed;
}
