/* A web server, written as if it blocked: one goroutine accepts, one serves each connection. Requests
 * on a connection follow one another; who says nothing for a minute, or too much, is cut off.
 *
 *   raddle-cc http_server.c -o http_server && run-with-detector ./http_server
 *
 * With a port (0: any) and a number of connections it serves until SIGINT or SIGTERM:
 * ./http_server 8080 10000
 *
 * Output:
 *   HTTP/1.1 200 OK
 *   HTTP/1.1 404 Not Found
 *   HTTP/1.1 400 Bad Request
 * Expect: clean
 */
#define _GNU_SOURCE 1 /* strcasestr */
#include "raddle.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_BYTES = 8192, OTHER_FILES = 64, BACKLOG = 4096 };

static _Noreturn void give_up(const char *what, const char *why) {
    fprintf(stderr, "http_server: %s: %s\n", what, why);
    exit(1);
}

static bool answer(int fd, const char *status, const char *body, bool keep) {
    char text[512];
    int n = snprintf(text, sizeof text,
                     "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: %s\r\n\r\n%s", status,
                     strlen(body), keep ? "keep-alive" : "close", body);
    return rdl_write(fd, text, (size_t)n, rdl_now() + 10 * RDL_SECOND) == n && keep;
}

/* head is one request. False: nothing more on this connection. */
static bool respond(int fd, const char *head) {
    char method[8], target[256], version;
    if (sscanf(head, "%7s %255s HTTP/1.%c", method, target, &version) != 3) {
        return answer(fd, "400 Bad Request", "this is not HTTP/1\n", false);
    }
    if (strcasestr(head, "\r\nContent-Length:") || strcasestr(head, "\r\nTransfer-Encoding:")) {
        return answer(fd, "413 Content Too Large", "no bodies, please\n", false);
    }
    bool keep = version == '1' && strcasestr(head, "\r\nConnection: close") == NULL;
    if (strcmp(method, "GET") != 0) {
        return answer(fd, "405 Method Not Allowed", "only GET is served\n", keep);
    }
    return strcmp(target, "/") == 0 ? answer(fd, "200 OK", "hello\n", keep)
                                    : answer(fd, "404 Not Found", "there is only /\n", keep);
}

static void serve(void *connection) {
    int fd = (int)(intptr_t)connection;
    char head[HEAD_BYTES + 1], *end;
    size_t have = 0;
    ssize_t got;
    bool open = true;
    rdl_task_daemon(); /* a client that stays when we leave is no leak */
    while (open &&
           (got = rdl_read(fd, head + have, HEAD_BYTES - have, rdl_now() + RDL_MINUTE)) > 0) {
        have += (size_t)got;
        head[have] = '\0';
        while (open && (end = strstr(head, "\r\n\r\n")) != NULL) {
            end[2] = '\0';
            end += 4;
            open = respond(fd, head);
            have -= (size_t)(end - head);
            memmove(head, end, have + 1); /* perhaps the beginning of the next */
        }
        if (open && have == HEAD_BYTES) {
            open = answer(fd, "431 Request Header Fields Too Large", "", false);
        }
    }
    rdl_close_fd(fd);
}

static void accept_all(void *socket) {
    int fd;
    while ((fd = rdl_accept((int)(intptr_t)socket, NULL, NULL, 0)) != -ECANCELED) {
        if (fd >= 0) {
            rdl_go(serve, (void *)(intptr_t)fd);
        } else {
            fprintf(stderr, "http_server: accept: %s\n", strerror(-fd));
            rdl_sleep(10 * RDL_MILLISECOND); /* until somebody leaves */
        }
    }
}

/* Each connection is a descriptor, of which the system allows so many. */
static void make_room(long connections) {
    struct rlimit files;
    char text[128];
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    if (files.rlim_max < (rlim_t)(connections + OTHER_FILES) ||
        setrlimit(RLIMIT_NOFILE, &files) != 0) {
        snprintf(text, sizeof text,
                 "%ld need %ld descriptors, the limit is %ld: raise `ulimit -Hn`", connections,
                 connections + OTHER_FILES, (long)files.rlim_max);
        give_up("connections", text);
    }
}

static int listen_on(struct sockaddr_in *address) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    unsigned length = sizeof *address;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, (struct sockaddr *)address, length) != 0 || listen(fd, BACKLOG) != 0 ||
        getsockname(fd, (struct sockaddr *)address, &length) != 0) {
        give_up("listen", strerror(errno));
    }
    return fd;
}

static void ask(const struct sockaddr_in *server, const char *request) {
    char text[512];
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ssize_t n = rdl_connect(fd, (const struct sockaddr *)server, sizeof *server, 0);
    n = n < 0 ? n : rdl_write(fd, request, strlen(request), 0);
    n = n < 0 ? n : rdl_read(fd, text, sizeof text, 0);
    printf("%.*s\n", n < 0 ? 0 : (int)strcspn(text, "\r"), text);
    rdl_close_fd(fd);
}

int main(int argc, char **argv) {
    long port = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    make_room(argc > 2 ? strtol(argv[2], NULL, 10) : 100);
    int listener = listen_on(&address);
    rdl_chan *stop = RDL_CHAN(int, 1);
    rdl_signal_notify(stop, SIGINT);
    rdl_signal_notify(stop, SIGTERM);
    rdl_go(accept_all, (void *)(intptr_t)listener);
    if (argc > 1) {
        printf("http://127.0.0.1:%d/\n", ntohs(address.sin_port));
        fflush(stdout);
        rdl_recv(stop, NULL);
    } else {
        ask(&address, "GET / HTTP/1.1\r\n\r\n");
        ask(&address, "GET /nothing HTTP/1.1\r\n\r\n");
        ask(&address, "What time is it?\r\n\r\n");
    }
    rdl_close_fd(listener);
    return 0;
}
