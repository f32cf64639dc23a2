/* test_stop.c - threads that are stopped again and again do not come to know of it: no call ends with EINTR or half
 * done, no signal is lost, no child is waited for by us; and what is seen of them is true.
 *
 * Status 77: threads cannot be stopped here.
 */
#include "instrument/deadlock.h"
#include "instrument/outside.h"
#include "instrument/stop.h"
#include "instrument/sys.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <poll.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS  150
#define SIGNO   (SIGRTMIN + 1)
#define QUEUED  (SIGRTMIN + 2)
#define MS      1000000L
#define RDI     (STOP_REGISTERS - 1)
#define MOST    32
#define BIG     (1 << 20)
#define SKIPPED 77
#define STACK   69632

struct front_end front;
_Thread_local struct thread_self self;

uint32_t deadlock_thread(void) {
    return (uint32_t)SYS3(SYS_gettid, 0, 0, 0);
}

static atomic_bool over;
static atomic_int failures;
static char watcher_stack[STACK] __attribute__((aligned(16)));

#define CHECK(claim)                                                                               \
    do {                                                                                           \
        if (!(claim) && !over) {                                                                   \
            fprintf(stderr, "%s: not so: %s (errno %d)\n", __func__, #claim, errno);               \
            failures++;                                                                            \
        }                                                                                          \
    } while (0)

/* -- what threads do ------------------------------------------------------------------------ */

static int word; /* nobody wakes who waits here */
static atomic_uint futex_thread, busy_thread, recv_thread, epoll_thread;
enum { READS = 4 };
static atomic_uint
    read_thread[READS]; /* of a socket, a timer, an event's counter, a queue of signals */
static atomic_uintptr_t recv_stack;
static int set, counter, wake[2], talk[2];
static pthread_t waits_for_signals;
static atomic_long sent, came;

static void *in_futex(void *unused) {
    (void)unused;
    futex_thread = deadlock_thread();
    syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
    return NULL;
}

static void *in_epoll(void *unused) {
    (void)unused;
    struct epoll_event event;
    int none = epoll_create1(0);
    epoll_thread = deadlock_thread();
    while (!over) {
        CHECK(OUTSIDE(epoll_wait(none, &event, 1, 3)) == 0);
    }
    close(none);
    return NULL;
}

static void *in_epoll_for_ever(void *unused) {
    (void)unused;
    struct epoll_event event = {.events = EPOLLIN};
    int in = epoll_create1(0);
    CHECK(epoll_ctl(in, EPOLL_CTL_ADD, wake[0], &event) == 0);
    while (!over) {
        char c;
        CHECK(epoll_wait(in, &event, 1, -1) == 1);
        CHECK(read(wake[0], &c, 1) == 1);
    }
    close(in);
    return NULL;
}

static void *in_semop(void *unused) {
    (void)unused;
    while (!over) {
        struct sembuf down = {0, -1, 0};
        CHECK(semop(set, &down, 1) == 0);
    }
    return NULL;
}

static void *wakes(void *unused) {
    (void)unused;
    while (!over) {
        struct sembuf up = {0, 1, 0};
        usleep(700);
        CHECK(write(wake[1], "x", 1) == 1 && write(talk[1], "x", 1) == 1);
        CHECK(eventfd_write(counter, 1) == 0);
        CHECK(semop(set, &up, 1) == 0);
    }
    return NULL;
}

/* It loses nothing when it is interrupted: it is held. */
static void *in_read(void *unused) {
    (void)unused;
    char c;
    read_thread[0] = deadlock_thread();
    while (!over) {
        CHECK(read(talk[0], &c, 1) == 1);
    }
    return NULL;
}

/* Likewise, each of `bytes`. */
static void read_often(int which, int fd, void *to, ssize_t bytes) {
    read_thread[which] = deadlock_thread();
    while (!over) {
        CHECK(read(fd, to, (size_t)bytes) == bytes);
    }
    close(fd);
}

static void *in_timerfd(void *unused) {
    (void)unused;
    struct itimerspec often = {{.tv_nsec = MS}, {.tv_nsec = MS}};
    uint64_t ticks;
    int fd = timerfd_create(CLOCK_MONOTONIC, 0);
    CHECK(timerfd_settime(fd, 0, &often, NULL) == 0);
    read_often(1, fd, &ticks, sizeof ticks);
    return NULL;
}

static void *in_eventfd(void *unused) {
    (void)unused;
    uint64_t events;
    read_often(2, counter, &events, sizeof events);
    return NULL;
}

static void *in_signalfd(void *unused) {
    (void)unused;
    struct itimerspec often = {{.tv_nsec = MS}, {.tv_nsec = MS}};
    struct sigevent how = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = QUEUED};
    struct signalfd_siginfo info;
    timer_t timer;
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, QUEUED);
    CHECK(timer_create(CLOCK_MONOTONIC, &how, &timer) == 0);
    CHECK(timer_settime(timer, 0, &often, NULL) == 0);
    read_often(3, signalfd(-1, &one, 0), &info, sizeof info);
    timer_delete(timer);
    return NULL;
}

static void *in_recv(void *unused) {
    (void)unused;
    struct timeval limit = {.tv_usec = 3000};
    int ends[2];
    char c;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    CHECK(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
    recv_stack = (uintptr_t)&c;
    recv_thread = deadlock_thread();
    while (!over) {
        ssize_t got = OUTSIDE(recv(ends[0], &c, 1, 0));
        CHECK(got == -1 && errno == EAGAIN);
    }
    return NULL;
}

static void *in_sleeps(void *unused) {
    (void)unused;
    sem_t never;
    sem_init(&never, 0, 0);
    while (!over) {
        struct timespec nap = {.tv_nsec = MS}, limit;
        struct pollfd none = {.fd = -1};
        struct timeval select_limit = {.tv_usec = 1000};
        CHECK(nanosleep(&nap, NULL) == 0);
        CHECK(poll(&none, 1, 1) == 0);
        CHECK(ppoll(&none, 1, &nap, NULL) == 0);
        CHECK(select(0, NULL, NULL, NULL, &select_limit) == 0);
        clock_gettime(CLOCK_REALTIME, &limit);
        limit.tv_nsec = limit.tv_nsec + MS < 1000 * MS ? limit.tv_nsec + MS : 0;
        CHECK(sem_timedwait(&never, &limit) == -1 && errno == ETIMEDOUT);
    }
    return NULL;
}

static void *in_sigwait(void *unused) {
    (void)unused;
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGNO);
    for (;;) {
        siginfo_t info;
        int got = sigwaitinfo(&one, &info);
        CHECK(got == SIGNO);
        if (info.si_value.sival_int == 0) {
            return NULL;
        }
        came++;
    }
}

static void *sends_signals(void *unused) {
    (void)unused;
    while (!over) {
        usleep(800);
        sent += pthread_sigqueue(waits_for_signals, SIGNO, (union sigval){.sival_int = 1}) == 0;
    }
    return NULL;
}

static void *runs(void *unused) {
    (void)unused;
    busy_thread = deadlock_thread();
    for (volatile unsigned i = 0; !over; i++) {
    }
    return NULL;
}

static void *writes(void *unused) {
    (void)unused;
    static char out[BIG], in[65536];
    int ends[2];
    CHECK(pipe(ends) == 0);
    pid_t reader = fork();
    if (reader == 0) {
        close(ends[1]);
        while (read(ends[0], in, sizeof in) > 0) {
        }
        _exit(0);
    }
    close(ends[0]);
    while (!over) {
        CHECK(OUTSIDE_IN_PARTS(BIG, write(ends[1], out, BIG)) == BIG);
    }
    close(ends[1]);
    CHECK(waitpid(reader, NULL, 0) == reader);
    return NULL;
}

static void *nothing(void *unused) {
    return unused;
}

static void *makes_threads(void *unused) {
    (void)unused;
    while (!over) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, nothing, NULL) == 0);
        CHECK(pthread_join(thread, NULL) == 0);
    }
    return NULL;
}

static void *makes_children(void *unused) {
    (void)unused;
    while (!over) {
        int status = 0;
        pid_t child = fork();
        if (child == 0) {
            _exit(7);
        }
        CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7);
        usleep(2000);
    }
    return NULL;
}

static atomic_long alarms;

static void on_alarm(int signo) {
    (void)signo;
    alarms++;
}

/* The one thread that takes SIGALRM. */
static void *takes_alarms(void *unused) {
    (void)unused;
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGALRM);
    pthread_sigmask(SIG_UNBLOCK, &one, NULL);
    while (!over) {
        sched_yield();
    }
    return NULL;
}

/* -- who stops them: a thread without libc ---------------------------------------------------- */

static int watcher;
static uint32_t done, forbidden;
static bool futex_was_seen, epoll_was_seen, busy_was_seen, recv_was_seen, read_was_seen[READS],
    is_wrong;

static void look_at(const struct stopped_thread *t) {
    for (int i = 0; i < READS; i++) {
        if (t->id == read_thread[i] && t->call == SYS_read) {
            read_was_seen[i] |= t->asleep;
            is_wrong |= !t->held;
        }
    }
    is_wrong |= t->held && (t->fs_base == 0 || t->sp == 0);
    if (t->id == epoll_thread && t->call >= 0) {
        epoll_was_seen |= t->asleep;
        is_wrong |= !t->held;
    }
    if (t->id == futex_thread && t->asleep) {
        futex_was_seen = true;
        is_wrong |= !t->held || t->call != SYS_futex || t->general[RDI] != (uintptr_t)&word;
    } else if (t->id == busy_thread && t->call == -1) {
        busy_was_seen = true;
        is_wrong |= !t->held || t->vectors == NULL || t->vector_bytes < 512;
    } else if (t->id == recv_thread && !t->held) {
        recv_was_seen = true;
        is_wrong |= !t->spilled || t->call != SYS_recvfrom || recv_stack - t->sp > 65536;
    }
}

static void watch(void) {
    for (int i = 0; i < ROUNDS; i++) {
        struct stopped stopped;
        struct timespec nap = {.tv_nsec = 300000};
        if (stop_all(&stopped)) {
            for (uint32_t k = 0; k < stopped.n; k++) {
                look_at(&stopped.thread[k]);
            }
            done += stop_go_on(&stopped);
        } else {
            forbidden += front.stops.answer == STOP_FORBIDDEN;
        }
        SYS3(SYS_nanosleep, &nap, NULL, 0);
    }
}

static void run_watcher(void) {
    uint64_t all = ~(uint64_t)0, was;
    sys_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&all, (long)&was, sizeof was, 0, 0);
    CHECK(bare_thread(watch, watcher_stack + STACK, &watcher) > 0);
    sys_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&was, 0, sizeof was, 0, 0);
    while (__atomic_load_n(&watcher, __ATOMIC_ACQUIRE) != 0) {
        usleep(1000);
    }
}

/* A child may end at any time: its signal, which is ignored, harms nobody who sleeps in what is begun again. */
static void stops_beside_a_child(void) {
    signal(SIGCHLD, SIG_DFL);
    pid_t child = fork();
    if (child == 0) {
        pause();
    }
    done = 0;
    run_watcher();
    CHECK(child > 0 && (forbidden != 0 || done != 0));
    CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
}

/* -- all ------------------------------------------------------------------------------------ */

/* SIGCHLD is handled: one that is ignored would only be a reason to stop nothing. */
static void take_signals(void) {
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    sigset_t blocked;
    sigaction(SIGALRM, &action, NULL);
    sigaction(SIGCHLD, &action, NULL);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGALRM);
    sigaddset(&blocked, SIGCHLD);
    sigaddset(&blocked, SIGNO);
    sigaddset(&blocked, QUEUED);
    pthread_sigmask(SIG_BLOCK, &blocked, NULL);
}

int main(void) {
    static void *(*const routines[])(void *) = {
        in_epoll, in_epoll_for_ever, in_semop,   wakes,         in_recv,        in_sleeps,
        runs,     sends_signals,     writes,     makes_threads, makes_children, takes_alarms,
        in_read,  in_timerfd,        in_eventfd, in_signalfd};
    enum { ROUTINES = sizeof routines / sizeof routines[0] };
    pthread_t threads[ROUTINES], futex;
    struct itimerval often = {{0, 1000}, {0, 1000}};
    front.on = true;
    SYS3(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
    take_signals();
    set = semget(IPC_PRIVATE, 1, 0600);
    counter = eventfd(0, 0);
    CHECK(set >= 0 && pipe(wake) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, talk) == 0);
    CHECK(pthread_create(&futex, NULL, in_futex, NULL) == 0);
    CHECK(pthread_create(&waits_for_signals, NULL, in_sigwait, NULL) == 0);
    for (int i = 0; i < ROUTINES; i++) {
        CHECK(pthread_create(&threads[i], NULL, routines[i], NULL) == 0);
    }
    setitimer(ITIMER_REAL, &often, NULL);
    run_watcher();
    over = true;
    struct sembuf up = {0, 1, 0};
    CHECK(write(wake[1], "x", 1) == 1 && write(talk[1], "x", 1) == 1 &&
          eventfd_write(counter, 1) == 0 &&
          semop(set, &up, 1) == 0); /* the last that somebody may wait for */
    for (int i = 0; i < ROUTINES; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_sigqueue(waits_for_signals, SIGNO, (union sigval){.sival_int = 0});
    pthread_join(waits_for_signals, NULL);
    over = false;
    CHECK(sent == came && alarms != 0);
    CHECK(forbidden != 0 ||
          (done != 0 && futex_was_seen && epoll_was_seen && busy_was_seen && recv_was_seen));
    for (int i = 0; i < READS; i++) {
        CHECK(forbidden != 0 || read_was_seen[i]);
    }
    CHECK(!is_wrong);
    stops_beside_a_child();
    semctl(set, 0, IPC_RMID);
    return failures != 0 ? 1 : forbidden != 0 ? SKIPPED : 0;
}
