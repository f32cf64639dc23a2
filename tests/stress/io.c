/* Pipes and sockets: streams with small buffers, closes under readers, deadlines, many connections.
 * Every byte arrives once and in order; who is closed away is told so.
 *
 * Rules: IO-01 IO-02 IO-03 IO-04 IO-05
 */
#include "stress.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define PIPES       4
#define STREAM      60000
#define CONNECTIONS 12
#define CLOSES      20

/* -- streams: each byte tells its place -- */

struct stream {
    int in, out;
    uint64_t nth;
};

static unsigned char byte_at(size_t place) {
    return (unsigned char)(place * 7 + place / 251);
}

static void write_stream(void *arg) {
    const struct stream *s = arg;
    struct dice d = dice_of(s->nth);
    unsigned char bytes[3000];
    for (size_t at = 0; at < STREAM;) {
        size_t n = roll(&d, sizeof(bytes)) + 1;
        n = n > STREAM - at ? STREAM - at : n;
        for (size_t i = 0; i < n; i++) {
            bytes[i] = byte_at(at + i);
        }
        CHECK(rdl_write(s->in, bytes, n, 0) == (ssize_t)n);
        at += n;
    }
    CHECK(rdl_close_fd(s->in) == 0);
}

static void read_stream(void *arg) {
    const struct stream *s = arg;
    struct dice d = dice_of(s->nth + 1);
    unsigned char bytes[3000];
    size_t at = 0;
    for (;;) {
        rdl_time deadline = roll(&d, 4) == 0 ? rdl_now() + roll(&d, 20000) : 0;
        ssize_t n = rdl_read(s->out, bytes, roll(&d, sizeof(bytes)) + 1, deadline);
        if (n == -ETIMEDOUT) {
            CHECK(deadline != 0);
            continue;
        }
        CHECK(n >= 0);
        if (n == 0) {
            break;
        }
        for (ssize_t i = 0; i < n; i++) {
            CHECK(bytes[i] == byte_at(at + (size_t)i));
        }
        at += (size_t)n;
    }
    CHECK(at == STREAM);
    CHECK(rdl_close_fd(s->out) == 0);
}

static void streams(uint64_t nth) {
    struct stream s[PIPES];
    rdl_waitgroup wg = {0};
    for (int i = 0; i < PIPES; i++) {
        int ends[2];
        CHECK((i % 2 == 0 ? pipe(ends) : socketpair(AF_UNIX, SOCK_STREAM, 0, ends)) == 0);
        s[i] = (struct stream){.in = ends[1], .out = ends[0], .nth = nth + (uint64_t)i * 2};
        rdl_waitgroup_go(&wg, write_stream, &s[i]);
        rdl_waitgroup_go(&wg, read_stream, &s[i]);
    }
    rdl_waitgroup_wait(&wg);
}

/* -- closed under a reader -- */

static void read_until_closed(void *fd) {
    char byte;
    ssize_t n;
    do {
        n = rdl_read(*(int *)fd, &byte, 1, rdl_now() + RDL_MILLISECOND / 20);
    } while (n == -ETIMEDOUT);
    CHECK(n == -ECANCELED || n == -EBADF);
}

static void close_under_readers(uint64_t nth) {
    struct dice d = dice_of(nth);
    for (int i = 0; i < CLOSES; i++) {
        int ends[2];
        rdl_waitgroup wg = {0};
        CHECK(pipe(ends) == 0);
        rdl_waitgroup_go(&wg, read_until_closed, &ends[0]);
        rdl_waitgroup_go(&wg, read_until_closed, &ends[0]);
        for (uint32_t n = roll(&d, 6); n > 0; n--) {
            rdl_yield();
        }
        CHECK(rdl_close_fd(ends[0]) == 0);
        rdl_waitgroup_wait(&wg); /* before anybody may get the number anew */
        CHECK(rdl_close_fd(ends[1]) == 0);
    }
}

/* -- a server of echoes -- */

static void echo(void *arg) {
    int fd = *(int *)arg;
    char bytes[200];
    ssize_t n;
    while ((n = rdl_read(fd, bytes, sizeof(bytes), 0)) > 0) {
        CHECK(rdl_write(fd, bytes, (size_t)n, 0) == n);
    }
    CHECK(n == 0);
    CHECK(rdl_close_fd(fd) == 0);
}

static void serve(void *arg) {
    int listener = *(int *)arg;
    for (;;) {
        int fd = rdl_accept(listener, NULL, NULL, 0);
        if (fd < 0) {
            CHECK(fd == -ECANCELED || fd == -EBADF);
            return;
        }
        rdl_go_copy(echo, &fd, sizeof(fd));
    }
}

static void call(void *address) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char out[64], in[64];
    CHECK(fd >= 0);
    CHECK(rdl_connect(fd, address, sizeof(struct sockaddr_in), rdl_now() + RDL_MINUTE) == 0);
    for (int i = 0; i < 10; i++) {
        size_t got = 0;
        memset(out, 'a' + i, sizeof(out));
        CHECK(rdl_write(fd, out, sizeof(out), 0) == sizeof(out));
        while (got < sizeof(in)) {
            CHECK(rdl_poll_fd(fd, POLLIN, 0) > 0);
            ssize_t n = rdl_read(fd, in + got, sizeof(in) - got, 0);
            CHECK(n > 0);
            got += (size_t)n;
        }
        CHECK(memcmp(in, out, sizeof(in)) == 0);
    }
    CHECK(rdl_close_fd(fd) == 0);
}

static void echoes(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    rdl_waitgroup server = {0}, callers = {0};
    CHECK(listener >= 0 && bind(listener, (struct sockaddr *)&address, length) == 0);
    CHECK(listen(listener, 128) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
    rdl_waitgroup_go(&server, serve, &listener);
    for (int i = 0; i < CONNECTIONS; i++) {
        rdl_waitgroup_go(&callers, call, &address);
    }
    rdl_waitgroup_wait(&callers);
    CHECK(rdl_close_fd(listener) == 0);
    rdl_waitgroup_wait(&server);
}

int main(int argc, char **argv) {
    stress_begin(argc, argv);
    for (int i = 0; i < stress.length; i++) {
        streams((uint64_t)i * 100);
        close_under_readers((uint64_t)i * 100);
        echoes();
    }
    return 0;
}
