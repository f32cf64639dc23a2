/* Every call of files.c: what it returns is the real call's, and each is seen: the number that it is given
 * was closed before. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);

static char made[] = "made-XXXXXX";

static int closes(int fd) {
    return fd > 2 && close(fd) == 0;
}

static int has_mode(int fd, mode_t mode) {
    struct stat file;
    return fd > 2 && fstat(fd, &file) == 0 && (file.st_mode & 0777) == mode && closes(fd) &&
           unlink(made) == 0;
}

static int check_files(void) {
    int new = O_CREAT | O_EXCL | O_RDWR;
    return has_mode(open(made, new, 0600), 0600) && has_mode(open64(made, new, 0640), 0640) &&
           has_mode(openat(AT_FDCWD, made, new, 0644), 0644) &&
           has_mode(openat64(AT_FDCWD, made, new, 0600), 0600) &&
           has_mode(creat(made, 0600), 0600) && has_mode(creat64(made, 0640), 0640) &&
           closes(open("/dev/null", O_RDONLY)) && closes(openat(AT_FDCWD, "/", O_RDONLY)) &&
           closes(__open_2("/dev/null", O_RDONLY)) && closes(__open64_2("/dev/null", O_RDONLY));
}

static int check_copies(void) {
    int fd = dup(0);
    return closes(fd) && dup2(0, fd) == fd && dup2(fd, fd) == fd && closes(fd) &&
           dup3(0, fd, O_CLOEXEC) == fd && fcntl(fd, F_GETFD) == FD_CLOEXEC &&
           fcntl(fd, F_SETFD, 0) == 0 && fcntl(fd, F_GETFD) == 0 && closes(fd) &&
           fcntl(0, F_DUPFD, fd) == fd && closes(fd) && fcntl64(0, F_DUPFD_CLOEXEC, fd) == fd &&
           closes(fd);
}

static int check_locks(void) {
    int fd = open("/proc/self/exe", O_RDONLY), again = open("/proc/self/exe", O_RDONLY);
    struct flock range = {.l_type = F_RDLCK};
    return flock(fd, LOCK_EX) == 0 && flock(again, LOCK_SH | LOCK_NB) == -1 &&
           errno == EWOULDBLOCK && flock(fd, LOCK_UN) == 0 && flock(-1, LOCK_SH) == -1 &&
           errno == EBADF && fcntl(fd, F_OFD_SETLK, &range) == 0 &&
           fcntl(fd, F_OFD_SETLK, NULL) == -1 && errno == EFAULT && closes(fd) && closes(again);
}

static int check_sockets(void) {
    int ends[2];
    struct sockaddr_in here = {.sin_family = AF_INET};
    socklen_t bytes = sizeof here;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0 || !closes(ends[0]) || !closes(ends[1])) {
        return 0;
    }
    int at = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(at, (struct sockaddr *)&here, bytes) != 0 || listen(at, 2) != 0 ||
        getsockname(at, (struct sockaddr *)&here, &bytes) != 0) {
        return 0;
    }
    for (int i = 0; i < 2; i++) {
        int to = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(to, (struct sockaddr *)&here, bytes) != 0 ||
            !closes(i == 0 ? accept(at, NULL, NULL) : accept4(at, NULL, NULL, SOCK_CLOEXEC)) ||
            !closes(to)) {
            return 0;
        }
    }
    return closes(at);
}

static int check_others(void) {
    int ends[2];
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGUSR1);
    for (int i = 0; i < 2; i++) {
        if ((i == 0 ? pipe(ends) : pipe2(ends, O_CLOEXEC)) != 0 || !closes(ends[0]) ||
            !closes(ends[1])) {
            return 0;
        }
    }
    return closes(eventfd(1, 0)) && closes(epoll_create(1)) && closes(epoll_create1(0)) &&
           closes(timerfd_create(CLOCK_MONOTONIC, 0)) && closes(signalfd(-1, &one, 0)) &&
           closes(inotify_init()) && closes(inotify_init1(0)) && closes(memfd_create("here", 0));
}

int main(void) {
    umask(022);
    int name = mkstemp(made);
    unlink(made);
    if (!closes(name) || !check_files() || !check_copies() || !check_locks() || !check_sockets() ||
        !check_others()) {
        return 1;
    }
    return open("/nowhere/at/all", O_RDONLY) == -1 && errno == ENOENT ? 0 : 2;
}
