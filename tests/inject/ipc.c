/* Every call of ipc.c and timer.c, epoll, locks of streams and exit handlers: what each returns is the
 * real call's, and each is seen. */
#define _GNU_SOURCE
#include <aio.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netdb.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <time.h>
#include <unistd.h>

static const struct timespec past;
static sem_t expiries;

static int check_set(void) {
    struct sembuf add = {.sem_op = 1}, take = {.sem_op = -1};
    int set = semget(IPC_PRIVATE, 1, 0600);
    int good = semop(set, &add, 1) == 0 && semop(set, &take, 1) == 0 &&
               semtimedop(set, &add, 1, NULL) == 0 && semtimedop(set, &take, 1, NULL) == 0 &&
               semtimedop(set, &take, 1, &past) == -1 && errno == EAGAIN;
    return semctl(set, 0, IPC_RMID) == 0 && good;
}

static int check_messages(void) {
    struct {
        long type;
        char text[8];
    } out = {.type = 3, .text = "raddle"}, in;
    int queue = msgget(IPC_PRIVATE, 0600);
    int good = msgsnd(queue, &out, 7, 0) == 0 && msgrcv(queue, &in, 8, 0, 0) == 7 && in.type == 3 &&
               strcmp(in.text, "raddle") == 0;
    return msgctl(queue, IPC_RMID, NULL) == 0 && good;
}

/* Not every kernel has these. */
static int check_queue(void) {
    struct mq_attr attributes = {.mq_maxmsg = 2, .mq_msgsize = 8};
    char name[32], in[8];
    snprintf(name, sizeof name, "/raddle-inject-%d", (int)getpid());
    mqd_t queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &attributes);
    if (queue == (mqd_t)-1) {
        return 1;
    }
    int good = mq_send(queue, "a", 1, 0) == 0 && mq_receive(queue, in, 8, NULL) == 1 &&
               in[0] == 'a' && mq_timedsend(queue, "b", 1, 0, &past) == 0 &&
               mq_timedreceive(queue, in, 8, NULL, &past) == 1 && in[0] == 'b' &&
               mq_timedreceive(queue, in, 8, NULL, &past) == -1 && errno == ETIMEDOUT;
    struct sigevent nothing = {.sigev_notify = SIGEV_NONE};
    good = good && mq_notify(queue, &nothing) == 0 && mq_notify(queue, NULL) == 0;
    return mq_unlink(name) == 0 && mq_close(queue) == 0 && good;
}

static int check_epoll(void) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 77}, got = {0};
    int set = epoll_create1(0), counter = eventfd(1, 0);
    int good =
        epoll_ctl(set, EPOLL_CTL_ADD, counter, &event) == 0 && epoll_wait(set, &got, 1, 0) == 1 &&
        got.data.u64 == 77 && epoll_pwait(set, &got, 1, 0, NULL) == 1 &&
        epoll_pwait2(set, &got, 1, NULL, NULL) == 1 &&
        epoll_ctl(set, EPOLL_CTL_DEL, counter, NULL) == 0 && epoll_wait(set, &got, 1, 0) == 0;
    return close(set) == 0 && close(counter) == 0 && good;
}

static void expired(union sigval value) {
    if (value.sival_int == 5) {
        sem_post(&expiries);
    }
}

static int wait_for(sem_t *semaphore, int n) {
    int good = 1;
    for (int i = 0; i < n; i++) {
        good = good && sem_wait(semaphore) == 0;
    }
    return good;
}

static int check_timer(void) {
    timer_t timer;
    struct itimerspec soon = {.it_value.tv_nsec = 1};
    struct sigevent event = {.sigev_notify = SIGEV_THREAD,
                             .sigev_notify_function = expired,
                             .sigev_value.sival_int = 5},
                    wrong = event;
    wrong.sigev_notify = 99;
    return sem_init(&expiries, 0, 0) == 0 && timer_create(CLOCK_MONOTONIC, &wrong, &timer) == -1 &&
           errno == EINVAL && timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 &&
           timer_settime(timer, 0, &soon, NULL) == 0 && sem_wait(&expiries) == 0 &&
           timer_delete(timer) == 0;
}

static void requested(union sigval value) {
    if (value.sival_int == 6) {
        sem_post(&expiries);
    }
}

/* Each of the requests is told by a function once, the last one not at all. */
static int check_requests(void) {
    int ends[2];
    char byte[2] = "a";
    struct sigevent event = {.sigev_notify = SIGEV_THREAD,
                             .sigev_notify_function = requested,
                             .sigev_value.sival_int = 6};
    struct gaicb name = {.ar_name = "127.0.0.1"}, *names[] = {&name};
    int good = pipe(ends) == 0;
    struct aiocb
        out = {.aio_fildes = ends[1], .aio_buf = byte, .aio_nbytes = 1, .aio_sigevent = event},
        in = {.aio_fildes = ends[0], .aio_buf = byte, .aio_nbytes = 1, .aio_sigevent = event},
        *both[] = {&in, &out};
    struct aiocb64
        out64 = {.aio_fildes = ends[1], .aio_buf = byte, .aio_nbytes = 1, .aio_sigevent = event},
        in64 = {.aio_fildes = ends[0], .aio_buf = byte, .aio_nbytes = 1, .aio_sigevent = event},
        *both64[] = {&in64, &out64};
    good = good && aio_write(&out) == 0 && aio_read(&in) == 0 && wait_for(&expiries, 2);
    good = good && aio_write64(&out64) == 0 && aio_read64(&in64) == 0 && wait_for(&expiries, 2);
    out.aio_lio_opcode = out64.aio_lio_opcode = LIO_WRITE;
    in.aio_lio_opcode = in64.aio_lio_opcode = LIO_READ;
    good = good && lio_listio(LIO_NOWAIT, both, 2, &event) == 0 && wait_for(&expiries, 3);
    good = good && lio_listio64(LIO_WAIT, both64, 2, NULL) == 0 && wait_for(&expiries, 2);
    good = good && getaddrinfo_a(GAI_NOWAIT, names, 1, &event) == 0 && wait_for(&expiries, 1);
    out.aio_sigevent.sigev_notify = out64.aio_sigevent.sigev_notify = SIGEV_NONE;
    good = good && aio_fsync(O_SYNC, &out) == 0 && aio_fsync64(O_SYNC, &out64) == 0;
    while (aio_error(&out) == EINPROGRESS || aio_error64(&out64) == EINPROGRESS) {
    }
    return close(ends[0]) == 0 && close(ends[1]) == 0 && good;
}

static int check_stream(void) {
    flockfile(stdout);
    int good = ftrylockfile(stdout) == 0; /* it is recursive */
    funlockfile(stdout);
    funlockfile(stdout);
    return good;
}

static void at_exit(void) {
    if (ferror(stdout)) {
        _exit(9);
    }
}

static void on_exiting(int status, void *unused) {
    (void)unused;
    if (status != 0) {
        _exit(status);
    }
}

int main(void) {
    if (atexit(at_exit) != 0 || on_exit(on_exiting, NULL) != 0 || !check_set()) {
        return 1;
    }
    if (!check_messages() || !check_queue() || !check_epoll()) {
        return 2;
    }
    return check_timer() && check_requests() && check_stream() ? 0 : 3;
}
