/* Descriptors: SEMANTICS section 17. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "test_runtime.h"

static const int workers[] = {1, 2, 16};
#define WORKERS (sizeof(workers) / sizeof(workers[0]))

/* Runs fn with one, two and many workers. */
static void with_workers(void (*fn)(void)) {
    for (size_t i = 0; i < WORKERS; i++) {
        rdl_maxprocs(workers[i]);
        fn();
    }
}

static bool dump_says(const char *what) {
    static char text[1 << 16];
    int fd = memfd_create("dump", 0);
    rdl_dump(fd);
    ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
    close(fd);
    text[n < 0 ? 0 : n] = 0;
    return strstr(text, what) != NULL;
}

static void await_dump(const char *what) {
    while (!dump_says(what)) {
        rdl_sleep(RDL_MILLISECOND);
    }
}

/* -- a reader in a task of its own -- */

struct call {
    int fd;
    rdl_duration patience; /* 0: none */
    ssize_t result;
    char bytes[64];
    rdl_waitgroup done;
};

static rdl_time deadline_of(const struct call *c) {
    return c->patience == 0 ? 0 : rdl_now() + c->patience;
}

static void read_one(void *arg) {
    struct call *c = arg;
    c->result = rdl_read(c->fd, c->bytes, sizeof(c->bytes), deadline_of(c));
}

static void start_reading(struct call *c, int fd, rdl_duration patience) {
    memset(c, 0, sizeof(*c));
    c->fd = fd;
    c->patience = patience;
    rdl_waitgroup_go(&c->done, read_one, c);
}

/* -- IO-01 -- */

static void a_reader_parks_and_resumes(int from, int to) {
    struct call c;
    const uint64_t eight = 8;
    int flags = fcntl(from, F_GETFL);
    start_reading(&c, from, 0);
    let_others_park();
    cr_assert_eq(rdl_write(to, &eight, sizeof(eight), 0), sizeof(eight));
    rdl_waitgroup_wait(&c.done);
    cr_assert_eq(c.result, sizeof(eight));
    cr_assert_eq(memcmp(c.bytes, &eight, sizeof(eight)), 0);
    cr_assert_eq(fcntl(from, F_GETFL), flags, "the flags belong to the open file, not to us");
    cr_assert_eq(rdl_close_fd(from), 0);
    if (to != from) {
        cr_assert_eq(rdl_close_fd(to), 0);
    }
}

static void each_pollable_kind(void) {
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    a_reader_parks_and_resumes(ends[0], ends[1]);
    cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
    a_reader_parks_and_resumes(ends[0], ends[1]);
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    a_reader_parks_and_resumes(ends[0], ends[1]);
    cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    a_reader_parks_and_resumes(ends[0], ends[1]);
    int counter = eventfd(0, 0);
    a_reader_parks_and_resumes(counter, counter);
}

Test(io, IO_01_pollable_descriptors_park_the_task) {
    with_workers(each_pollable_kind);
}

Test(io, IO_01_a_terminal_parks_the_task) {
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    cr_assert_geq(master, 0);
    cr_assert_eq(grantpt(master) + unlockpt(master), 0);
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    struct call c;
    start_reading(&c, slave, 0);
    let_others_park();
    cr_assert_eq(rdl_write(master, "line\n", 5, 0), 5);
    rdl_waitgroup_wait(&c.done);
    cr_assert_eq(c.result, 5);
    cr_assert_eq(rdl_close_fd(slave) + rdl_close_fd(master), 0);
}

Test(io, IO_01_files_are_read_and_written_whole) {
    static char out[300000], in[300000];
    int fd = memfd_create("file", 0);
    memset(out, 'x', sizeof(out));
    cr_assert_eq(rdl_write(fd, out, sizeof(out), 0), sizeof(out));
    cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
    cr_assert_eq(rdl_read(fd, in, sizeof(in), 0), sizeof(in));
    cr_assert_eq(memcmp(in, out, sizeof(in)), 0);
    cr_assert_eq(rdl_read(fd, in, sizeof(in), 0), 0);
    cr_assert_eq(rdl_close_fd(fd), 0);
}

Test(io, IO_01_a_parked_reader_stands_in_the_dump) {
    int ends[2];
    struct call first, second;
    cr_assert_eq(pipe(ends), 0);
    start_reading(&first, ends[0], 0);
    await_dump("[IO wait]");
    start_reading(&second, ends[0], 0);
    await_dump("[semacquire]");
    cr_assert_eq(rdl_close_fd(ends[0]), 0);
    rdl_waitgroup_wait(&first.done);
    rdl_waitgroup_wait(&second.done);
}

Test(io, IO_01_results_come_without_errno) {
    char byte;
    errno = 77;
    cr_assert_eq(rdl_read(-1, &byte, 1, 0), -EBADF);
    cr_assert_eq(rdl_read(900, &byte, 1, 0), -EBADF);
    cr_assert_eq(rdl_write(1 << 30, &byte, 1, 0), -EBADF);
    cr_assert_eq(rdl_poll_fd(900, POLLIN, 0), -EBADF);
    cr_assert_eq(rdl_accept(900, NULL, NULL, 0), -EBADF);
    cr_assert_eq(rdl_close_fd(900), -EBADF);
    cr_assert_eq(rdl_close_fd(-1), -EBADF);
    cr_assert_eq(errno, 77);
}

/* -- IO-02 -- */

enum { WRITERS = 6, PIECE_BYTES = 200000 };

struct writer {
    int fd;
    char letter;
};

static void write_piece(void *arg) {
    const struct writer *w = arg;
    char *piece = malloc(PIECE_BYTES);
    memset(piece, w->letter, PIECE_BYTES);
    cr_assert_eq(rdl_write(w->fd, piece, PIECE_BYTES, 0), PIECE_BYTES);
    free(piece);
}

static void read_whole(int fd, char *bytes, size_t n) {
    for (size_t have = 0; have < n;) {
        ssize_t got = rdl_read(fd, bytes + have, n - have, 0);
        cr_assert_gt(got, 0);
        have += (size_t)got;
    }
}

static void writes_do_not_mix(void) {
    int ends[2];
    static char piece[PIECE_BYTES];
    struct writer writers[WRITERS];
    rdl_waitgroup wg = {0};
    cr_assert_eq(pipe(ends), 0);
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){.fd = ends[1], .letter = (char)('a' + i)};
        rdl_waitgroup_go(&wg, write_piece, &writers[i]);
    }
    for (int i = 0; i < WRITERS; i++) {
        read_whole(ends[0], piece, sizeof(piece));
        for (size_t k = 1; k < sizeof(piece); k++) {
            cr_assert_eq(piece[k], piece[0]);
        }
    }
    rdl_waitgroup_wait(&wg);
    cr_assert_eq(rdl_close_fd(ends[0]) + rdl_close_fd(ends[1]), 0);
}

Test(io, IO_02_IO_05_writes_are_whole_and_do_not_mix) {
    with_workers(writes_do_not_mix);
}

static void readers_queue(void) {
    int ends[2];
    struct call calls[3];
    cr_assert_eq(pipe(ends), 0);
    for (int i = 0; i < 3; i++) {
        start_reading(&calls[i], ends[0], i == 1 ? 5 * RDL_MILLISECOND : 0);
        let_others_park();
    }
    rdl_waitgroup_wait(&calls[1].done);
    cr_assert_eq(calls[1].result, -ETIMEDOUT, "a queued reader has its deadline too");
    cr_assert_eq(rdl_write(ends[1], "0", 1, 0), 1);
    rdl_waitgroup_wait(&calls[0].done);
    cr_assert_eq(rdl_write(ends[1], "2", 1, 0), 1);
    rdl_waitgroup_wait(&calls[2].done);
    cr_assert_eq(calls[0].bytes[0], '0');
    cr_assert_eq(calls[2].bytes[0], '2');
    cr_assert_eq(rdl_close_fd(ends[0]) + rdl_close_fd(ends[1]), 0);
}

Test(io, IO_02_readers_take_turns_in_order) {
    with_workers(readers_queue);
}

/* -- IO-03 -- */

static void write_until_full(void *arg) {
    struct call *c = arg;
    static const char page[1 << 18];
    c->result = rdl_write(c->fd, page, sizeof(page), 0);
}

static void wait_readable(void *arg) {
    struct call *c = arg;
    c->result = rdl_poll_fd(c->fd, POLLIN, 0);
}

static void closing_wakes_everybody(void) {
    int ends[2];
    struct call readers[3], writer = {0}, poller = {0};
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    for (int i = 0; i < 3; i++) {
        start_reading(&readers[i], ends[0], 0);
    }
    writer.fd = poller.fd = ends[0];
    rdl_waitgroup_go(&writer.done, write_until_full, &writer);
    rdl_waitgroup_go(&poller.done, wait_readable, &poller);
    let_others_park();
    cr_assert_eq(rdl_close_fd(ends[0]), 0);
    cr_assert_eq(fcntl(ends[0], F_GETFD), -1, "the number is free when this returns");
    for (int i = 0; i < 3; i++) {
        rdl_waitgroup_wait(&readers[i].done);
        cr_assert_eq(readers[i].result, -ECANCELED);
    }
    rdl_waitgroup_wait(&writer.done);
    rdl_waitgroup_wait(&poller.done);
    cr_assert(writer.result == -ECANCELED || writer.result > 0);
    cr_assert_eq(poller.result, -ECANCELED);
    cr_assert_eq(rdl_read(ends[0], readers[0].bytes, 1, 0), -EBADF);
    cr_assert_eq(rdl_close_fd(ends[0]), -EBADF);
    cr_assert_eq(rdl_close_fd(ends[1]), 0);
}

Test(io, IO_03_closing_wakes_everybody) {
    with_workers(closing_wakes_everybody);
}

/* Each round a number is used, closed under its users and given out again: a reader must never see
 * the bytes of another round. */
struct round {
    int fd;
    char mark;
};

static void read_own_mark(void *arg) {
    const struct round *r = arg;
    char byte;
    ssize_t got = rdl_read(r->fd, &byte, 1, 0);
    cr_assert(got == -ECANCELED || got == -EBADF || (got == 1 && byte == r->mark));
}

static void numbers_are_not_confused(void) {
    for (int i = 0; i < 200; i++) {
        int ends[2];
        rdl_waitgroup wg = {0};
        cr_assert_eq(pipe(ends), 0);
        struct round r = {.fd = ends[0], .mark = (char)i};
        for (int k = 0; k < 3; k++) {
            rdl_waitgroup_go(&wg, read_own_mark, &r);
        }
        if (i % 3 != 0) {
            rdl_yield();
        }
        if (i % 2 != 0) {
            cr_assert_eq(rdl_write(ends[1], &r.mark, 1, 0), 1);
        }
        cr_assert_eq(rdl_close_fd(ends[0]), 0);
        cr_assert_eq(rdl_close_fd(ends[1]), 0);
        rdl_waitgroup_wait(&wg);
    }
}

Test(io, IO_03_a_number_is_not_given_out_under_its_users) {
    with_workers(numbers_are_not_confused);
}

static void reopened(bool keep_a_copy) {
    int ends[2], copy = -1;
    struct call c;
    cr_assert_eq(pipe(ends), 0);
    start_reading(&c, ends[0], RDL_MILLISECOND);
    rdl_waitgroup_wait(&c.done);
    cr_assert_eq(c.result, -ETIMEDOUT);
    if (keep_a_copy) {
        copy = fcntl(ends[0], F_DUPFD, 100); /* the kernel's list keeps the old entry alive */
    }
    close(ends[0]);
    close(ends[1]);
    cr_assert_eq(pipe(ends), 0);
    a_reader_parks_and_resumes(ends[0], ends[1]);
    if (copy >= 0) {
        struct call on_copy;
        start_reading(&on_copy, copy, 0);
        rdl_waitgroup_wait(&on_copy.done);
        cr_assert_eq(on_copy.result, 0); /* its writer is gone */
        cr_assert_eq(rdl_close_fd(copy), 0);
    }
}

Test(io, IO_03_numbers_closed_behind_our_back) {
    reopened(false);
    reopened(true);
}

/* The same file under a number that it had before: the kernel knows the pair already. */
Test(io, IO_03_a_file_that_returns_to_its_number) {
    int ends[2];
    struct call c;
    cr_assert_eq(pipe(ends), 0);
    start_reading(&c, ends[0], RDL_MILLISECOND);
    rdl_waitgroup_wait(&c.done);
    int copy = dup(ends[0]);
    int other = open("/dev/null", O_RDONLY);
    dup2(other, ends[0]);
    cr_assert_eq(rdl_read(ends[0], c.bytes, 1, 0), 0);
    dup2(copy, ends[0]);
    close(copy);
    close(other);
    a_reader_parks_and_resumes(ends[0], ends[1]);
}

/* -- IO-04 -- */

static void deadlines(void) {
    int ends[2];
    char byte = 'x';
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(rdl_write(ends[1], &byte, 1, 0), 1);
    cr_assert_eq(rdl_read(ends[0], &byte, 1, 1), -ETIMEDOUT, "a past deadline, though it is ready");
    cr_assert_eq(rdl_read(ends[0], &byte, 1, -5), -ETIMEDOUT);
    cr_assert_eq(rdl_poll_fd(ends[0], POLLIN, 1), -ETIMEDOUT);
    cr_assert_eq(rdl_read(ends[0], &byte, 1, INT64_MAX), 1);
    rdl_time start = rdl_now();
    cr_assert_eq(rdl_read(ends[0], &byte, 1, start + 10 * RDL_MILLISECOND), -ETIMEDOUT);
    cr_assert_geq(rdl_now() - start, 10 * RDL_MILLISECOND);
    cr_assert_eq(rdl_poll_fd(ends[0], POLLIN, rdl_now() + RDL_MILLISECOND), -ETIMEDOUT);
    cr_assert_eq(rdl_write(ends[1], &byte, 1, 0), 1);
    cr_assert_eq(rdl_read(ends[0], &byte, 1, rdl_now() + RDL_HOUR), 1);
    cr_assert_eq(rdl_close_fd(ends[0]) + rdl_close_fd(ends[1]), 0);
}

Test(io, IO_04_deadlines) {
    with_workers(deadlines);
}

Test(io, IO_04_a_write_says_how_far_it_came) {
    static char big[1 << 20];
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    ssize_t done = rdl_write(ends[1], big, sizeof(big), rdl_now() + 5 * RDL_MILLISECOND);
    cr_assert_gt(done, 0);
    cr_assert_lt(done, (ssize_t)sizeof(big));
    cr_assert_eq(rdl_write(ends[1], big, 1 << 18, rdl_now() + RDL_MILLISECOND), -ETIMEDOUT);
}

/* Readiness, deadline and close at the same moment: one of them wins, nothing is lost. */
static void races(void) {
    for (int i = 0; i < 300; i++) {
        int ends[2];
        struct call c;
        cr_assert_eq(pipe(ends), 0);
        start_reading(&c, ends[0], 50 * RDL_MICROSECOND);
        rdl_sleep(45 * RDL_MICROSECOND);
        if (i % 3 == 0) {
            cr_assert_eq(rdl_write(ends[1], "x", 1, 0), 1);
        }
        if (i % 3 == 1) {
            cr_assert_eq(rdl_close_fd(ends[0]), 0);
        }
        rdl_waitgroup_wait(&c.done);
        cr_assert(c.result == -ETIMEDOUT || c.result == (i % 3 == 0 ? 1 : -ECANCELED) ||
                  (i % 3 == 1 && c.result == -EBADF));
        if (i % 3 != 1) {
            char byte;
            cr_assert_eq(rdl_write(ends[1], "y", 1, 0), 1);
            cr_assert_eq(rdl_read(ends[0], &byte, 1, 0), 1);
            cr_assert_eq(rdl_close_fd(ends[0]), 0);
        }
        cr_assert_eq(rdl_close_fd(ends[1]), 0);
    }
}

Test(io, IO_03_IO_04_a_wait_ends_once) {
    with_workers(races);
}

/* -- IO-05 -- */

static void nothing(int signo) {
    (void)signo;
}

static _Atomic bool enough;

static void *send_signals(void *thread) {
    while (!atomic_load(&enough)) {
        pthread_kill(*(pthread_t *)thread, SIGUSR1);
        usleep(100);
    }
    return NULL;
}

static char big[1 << 20];

static void *read_in_a_thread(void *call) {
    struct call *c = call;
    for (size_t have = 0; have < sizeof(big) && c->result >= 0; have += (size_t)c->result) {
        c->result = rdl_read(c->fd, big, sizeof(big) - have, 0);
    }
    return NULL;
}

static void write_among_signals(void) {
    static char out[sizeof(big)];
    struct sigaction action = {.sa_handler = nothing}; /* no SA_RESTART */
    int ends[2];
    pthread_t sender, reader, self = pthread_self();
    sigaction(SIGUSR1, &action, NULL);
    if (pipe(ends) != 0) {
        _exit(90);
    }
    struct call c = {.fd = ends[0]};
    rdl_maxprocs(1);
    pthread_create(&sender, NULL, send_signals, &self);
    pthread_create(&reader, NULL, read_in_a_thread, &c);
    bool whole = rdl_write(ends[1], out, sizeof(out), 0) == sizeof(out);
    pthread_join(reader, NULL);
    atomic_store(&enough, true);
    pthread_join(sender, NULL);
    _exit(whole && c.result > 0 ? 10 : 11);
}

Test(io, IO_05_signals_interrupt_nothing) {
    static struct child c;
    run_child(write_among_signals, &c);
    cr_assert(exited_with(&c, 10), "%s", c.text);
}

/* -- IO-06 -- */

static void write_to_broken(int fd) {
    int ends[2];
    if (pipe(ends) != 0) {
        _exit(90);
    }
    signal(SIGPIPE, SIG_DFL);
    dup2(ends[1], fd);
    close(ends[0]);
    close(ends[1]);
    _exit(rdl_write(fd, "x", 1, 0) == -EPIPE ? 10 : 11);
}

static void write_to_broken_stdout(void) {
    write_to_broken(1);
}

static void write_to_broken_stderr(void) {
    write_to_broken(2);
}

static void write_to_broken_other(void) {
    write_to_broken(30);
}

static void write_to_broken_socket(void) {
    int ends[2];
    signal(SIGPIPE, SIG_DFL);
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    close(ends[0]);
    _exit(rdl_write(ends[1], "x", 1, 0) == -EPIPE ? 10 : 11);
}

/* One that waits for somebody else to take it stays. */
static void a_pending_sigpipe_stays(void) {
    sigset_t set;
    int ends[2];
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    raise(SIGPIPE);
    if (pipe(ends) != 0) {
        _exit(90);
    }
    close(ends[0]);
    bool failed = rdl_write(ends[1], "x", 1, 0) == -EPIPE;
    sigpending(&set);
    _exit(failed && sigismember(&set, SIGPIPE) ? 10 : 11);
}

Test(io, IO_06_a_broken_pipe_kills_on_standard_output_only) {
    static struct child c;
    run_child(write_to_broken_stdout, &c);
    cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == SIGPIPE);
    run_child(write_to_broken_stderr, &c);
    cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == SIGPIPE);
    run_child(write_to_broken_other, &c);
    cr_assert(exited_with(&c, 10));
    run_child(write_to_broken_socket, &c);
    cr_assert(exited_with(&c, 10));
    run_child(a_pending_sigpipe_stays, &c);
    cr_assert(exited_with(&c, 10));
}

/* -- connections -- */

struct listener {
    int fd;
    int flags; /* of accept's listener: blocking or not */
    struct sockaddr_in address;
    rdl_waitgroup done;
    int accepted;
};

static void listen_here(struct listener *l) {
    socklen_t length = sizeof(l->address);
    l->address = (struct sockaddr_in){.sin_family = AF_INET};
    l->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    l->fd = socket(AF_INET, SOCK_STREAM | l->flags, 0);
    cr_assert_eq(bind(l->fd, (struct sockaddr *)&l->address, length), 0);
    cr_assert_eq(listen(l->fd, 100), 0);
    getsockname(l->fd, (struct sockaddr *)&l->address, &length);
}

static void accept_one(void *arg) {
    struct listener *l = arg;
    struct sockaddr_in peer;
    unsigned length = sizeof(peer);
    l->accepted = rdl_accept(l->fd, (struct sockaddr *)&peer, &length, 0);
    cr_assert(l->accepted < 0 || (length == sizeof(peer) && peer.sin_family == AF_INET));
}

static void connect_and_accept(int flags) {
    struct listener l = {.flags = flags};
    listen_here(&l);
    rdl_waitgroup_go(&l.done, accept_one, &l);
    let_others_park();
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(rdl_connect(fd, (struct sockaddr *)&l.address, sizeof(l.address), 0), 0);
    cr_assert_eq(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    rdl_waitgroup_wait(&l.done);
    cr_assert_geq(l.accepted, 0);
    cr_assert_neq(fcntl(l.accepted, F_GETFD) & FD_CLOEXEC, 0);
    a_reader_parks_and_resumes(l.accepted, fd);
    cr_assert_eq(rdl_accept(l.fd, NULL, NULL, rdl_now() + 5 * RDL_MILLISECOND), -ETIMEDOUT);
    rdl_waitgroup_go(&l.done, accept_one, &l);
    let_others_park();
    cr_assert_eq(rdl_close_fd(l.fd), 0);
    rdl_waitgroup_wait(&l.done);
    cr_assert_eq(l.accepted, -ECANCELED);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(rdl_connect(fd, (struct sockaddr *)&l.address, sizeof(l.address), 0),
                 -ECONNREFUSED);
    cr_assert_eq(rdl_close_fd(fd), 0);
}

static void connect_both_ways(void) {
    connect_and_accept(0);
    connect_and_accept(SOCK_NONBLOCK);
}

Test(io, IO_01_IO_03_accept_and_connect) {
    with_workers(connect_both_ways);
}

/* -- readiness -- */

static void readiness(void) {
    int ends[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    cr_assert_eq(rdl_poll_fd(ends[0], POLLIN | POLLOUT, 0), POLLOUT);
    struct call poller = {.fd = ends[0]}, second = {.fd = ends[0]}, reader;
    rdl_waitgroup_go(&poller.done, wait_readable, &poller);
    rdl_waitgroup_go(&second.done, wait_readable, &second);
    let_others_park();
    cr_assert_eq(rdl_write(ends[1], "x", 1, 0), 1);
    rdl_waitgroup_wait(&poller.done);
    rdl_waitgroup_wait(&second.done);
    cr_assert_eq(poller.result, POLLIN);
    cr_assert_eq(second.result, POLLIN);
    start_reading(&reader, ends[0], 0);
    rdl_waitgroup_wait(&reader.done);
    cr_assert_eq(reader.result, 1);
    cr_assert_eq(rdl_close_fd(ends[1]), 0);
    cr_assert_eq(rdl_poll_fd(ends[0], POLLIN, 0), POLLIN | POLLHUP);
    cr_assert_eq(rdl_close_fd(ends[0]), 0);
}

Test(io, IO_01_poll_fd_says_what_is_ready) {
    int file = memfd_create("file", 0);
    with_workers(readiness);
    cr_assert_eq(rdl_poll_fd(file, POLLIN, 0), POLLIN);
    cr_assert_eq(rdl_poll_fd(file, POLLPRI, 0), -EPERM, "it has no readiness to wait for");
}

/* -- threads of the program -- */

static void *foreign_reader(void *arg) {
    read_one(arg);
    return NULL;
}

Test(io, GR_32_IO_01_threads_wait_by_themselves) {
    int ends[2];
    pthread_t thread;
    struct call c = {0}, late = {0};
    cr_assert_eq(pipe(ends), 0);
    c.fd = late.fd = ends[0];
    late.patience = 5 * RDL_MILLISECOND;
    pthread_create(&thread, NULL, foreign_reader, &late);
    pthread_join(thread, NULL);
    cr_assert_eq(late.result, -ETIMEDOUT);
    pthread_create(&thread, NULL, foreign_reader, &c);
    rdl_sleep(5 * RDL_MILLISECOND);
    cr_assert_eq(rdl_write(ends[1], "x", 1, 0), 1);
    pthread_join(thread, NULL);
    cr_assert_eq(c.result, 1);
}
