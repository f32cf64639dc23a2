/* http_load.c - a load on samples/http_server, of bounded length, that must lose nothing.
 *
 *     http_load SERVER IDLE BUSY SECONDS
 *
 * Starts SERVER, opens IDLE connections that ask once and then keep still, lets BUSY others ask one
 * question after the other for SECONDS, and asks once more on each idle one. Prints requests per
 * second, latencies, and the server's memory after the warm-up (the first fifth of the time, and
 * until each busy connection has been answered WARM_ANSWERS times) and at the end. Fails when an
 * answer is wrong or missing, when the memory grew by more than GROWTH_KB, or when the server does
 * not end by itself when asked to.
 */
#include <errno.h>
#include <netinet/in.h>
#include <raddle.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define REQUEST     "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define STATUS      "HTTP/1.1 200 OK\r\n"
#define BODY        "\r\n\r\nhello\n"
#define OPENERS     32
#define PATIENCE    (30 * RDL_SECOND)
#define GROWTH_KB   1024
#define OTHER_FILES 64

/* So many make the server use all the memory that a connection needs, whenever it got its turn. */
#define WARM_ANSWERS 20

/* Latencies by size: 16 steps to each power of two, so a percentile is right to 1/16. */
#define STEP_BITS 4
#define BUCKETS   (64 << STEP_BITS)

struct load {
    struct sockaddr_in server;
    pid_t pid;
    int n_idle, n_busy;
    int *idle;             /* descriptors */
    _Atomic int next_idle; /* the next to be opened, or to be asked for the last time */
    _Atomic uint64_t lost; /* wrong, or missing */
    _Atomic uint64_t done; /* by the busy ones */
    _Atomic bool stop;
    _Atomic uint64_t latencies[BUCKETS];
    rdl_waitgroup warm; /* busy ones that are not yet */
    rdl_waitgroup wg;
};

static struct load load;

static _Noreturn void give_up(const char *what, const char *why) {
    fprintf(stderr, "http_load: %s: %s\n", what, why);
    exit(1);
}

/* -- one request -- */

static unsigned bucket_of(uint64_t ns) {
    unsigned power = 63 - (unsigned)__builtin_clzll(ns | 1 << STEP_BITS);
    return (power << STEP_BITS) + (unsigned)(ns >> (power - STEP_BITS) & ((1 << STEP_BITS) - 1));
}

static double bucket_us(unsigned bucket) {
    unsigned power = bucket >> STEP_BITS;
    uint64_t step = bucket & ((1 << STEP_BITS) - 1);
    return (double)((((uint64_t)1 << STEP_BITS) + step) << (power - STEP_BITS)) / 1000;
}

static bool is_answer(const char *text, size_t n) {
    size_t tail = sizeof(BODY) - 1;
    return n > sizeof(STATUS) + tail && memcmp(text, STATUS, sizeof(STATUS) - 1) == 0 &&
           memcmp(text + n - tail, BODY, tail) == 0;
}

static bool ask(int fd) {
    char text[512];
    size_t n = 0;
    rdl_time deadline = rdl_now() + PATIENCE;
    if (rdl_write(fd, REQUEST, sizeof(REQUEST) - 1, deadline) != sizeof(REQUEST) - 1) {
        return false;
    }
    while (n < sizeof(text) && !is_answer(text, n)) {
        ssize_t got = rdl_read(fd, text + n, sizeof(text) - n, deadline);
        if (got <= 0) {
            return false;
        }
        n += (size_t)got;
    }
    return is_answer(text, n);
}

static void count_lost(bool answered) {
    if (!answered) {
        atomic_fetch_add(&load.lost, 1);
    }
}

static int open_connection(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int error = fd < 0 ? -errno
                       : rdl_connect(fd, (struct sockaddr *)&load.server, sizeof(load.server),
                                     rdl_now() + PATIENCE);
    if (error != 0) {
        give_up("connect", strerror(-error));
    }
    return fd;
}

/* -- idle and busy connections -- */

static void open_idle(void *unused) {
    (void)unused;
    for (int i; (i = atomic_fetch_add(&load.next_idle, 1)) < load.n_idle;) {
        load.idle[i] = open_connection();
        count_lost(ask(load.idle[i]));
    }
}

static void ask_idle_again(void *unused) {
    (void)unused;
    for (int i; (i = atomic_fetch_add(&load.next_idle, 1)) < load.n_idle;) {
        count_lost(ask(load.idle[i]));
        rdl_close_fd(load.idle[i]);
    }
}

static void for_each_idle(void (*fn)(void *)) {
    rdl_waitgroup wg = {0};
    atomic_store(&load.next_idle, 0);
    for (int i = 0; i < OPENERS; i++) {
        rdl_waitgroup_go(&wg, fn, NULL);
    }
    rdl_waitgroup_wait(&wg);
}

static void be_busy(void *unused) {
    (void)unused;
    int fd = open_connection();
    int to_be_warm = WARM_ANSWERS;
    while (to_be_warm > 0 ||
           !atomic_load_explicit(&load.stop, memory_order_relaxed)) { /* sooner or later */
        rdl_time start = rdl_now();
        bool answered = ask(fd);
        count_lost(answered);
        if (!answered) {
            break;
        }
        atomic_fetch_add(&load.latencies[bucket_of((uint64_t)(rdl_now() - start))], 1);
        atomic_fetch_add(&load.done, 1);
        if (to_be_warm > 0 && --to_be_warm == 0) {
            rdl_waitgroup_done(&load.warm);
        }
    }
    if (to_be_warm > 0) {
        rdl_waitgroup_done(&load.warm); /* gave up */
    }
    rdl_close_fd(fd);
}

static double percentile_us(double part) {
    uint64_t wanted = (uint64_t)((double)atomic_load(&load.done) * part);
    uint64_t seen = 0;
    for (unsigned i = 0; i < BUCKETS; i++) {
        seen += atomic_load(&load.latencies[i]);
        if (seen > wanted) {
            return bucket_us(i);
        }
    }
    return 0;
}

/* -- the server -- */

static void raise_limit(void) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    if (files.rlim_max < (rlim_t)(load.n_idle + load.n_busy + OTHER_FILES) ||
        setrlimit(RLIMIT_NOFILE, &files) != 0) {
        give_up("connections", "too many for the limit of descriptors: raise `ulimit -Hn`");
    }
}

/* Before the first call of the runtime: afterwards a child may only exec, which it does. However we
 * end, the server does not outlive us. */
static void start_server(const char *path) {
    char connections[16];
    char line[64] = "";
    int port = 0;
    int ends[2];
    pid_t parent = getpid();
    snprintf(connections, sizeof(connections), "%d", load.n_idle + load.n_busy);
    if (pipe(ends) != 0 || (load.pid = fork()) < 0) {
        give_up("fork", strerror(errno));
    }
    if (load.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) {
            _exit(1);
        }
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(path, path, "0", connections, (char *)NULL);
        give_up(path, strerror(errno));
    }
    close(ends[1]);
    for (size_t n = 0; n < sizeof(line) - 1 && rdl_read(ends[0], line + n, 1, 0) == 1; n++) {
        if (line[n] == '\n') {
            break;
        }
    }
    close(ends[0]);
    if (sscanf(line, "http://127.0.0.1:%d/", &port) != 1) {
        give_up("server", "did not say where it is");
    }
    load.server = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    load.server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

static long server_kb(void) {
    char path[64];
    char line[256];
    long kb = 0;
    snprintf(path, sizeof(path), "/proc/%d/status", (int)load.pid);
    FILE *status = fopen(path, "re");
    while (status != NULL && fgets(line, sizeof(line), status) != NULL) {
        if (sscanf(line, "VmRSS: %ld kB", &kb) == 1) {
            break;
        }
    }
    if (status != NULL) {
        fclose(status);
    }
    return kb;
}

static void wait_for_server(void *status) {
    waitpid(load.pid, status, 0);
}

static bool stop_server(void) {
    int status = -1;
    kill(load.pid, SIGTERM);
    rdl_blocking(wait_for_server, &status);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* -- the whole -- */

static long number(const char *text) {
    char *end;
    long n = strtol(text, &end, 10);
    if (end == text || *end != '\0' || n < 0 || n > 1000000) {
        give_up(text, "is not a number that will do");
    }
    return n;
}

static void run(long seconds, long *warm_kb, long *end_kb) {
    rdl_duration length = seconds * RDL_SECOND;
    for_each_idle(open_idle);
    rdl_waitgroup_add(&load.warm, load.n_busy);
    for (int i = 0; i < load.n_busy; i++) {
        rdl_waitgroup_go(&load.wg, be_busy, NULL);
    }
    rdl_sleep(length / 5);
    rdl_waitgroup_wait(&load.warm);
    *warm_kb = server_kb();
    rdl_sleep(length - length / 5);
    *end_kb = server_kb();
    atomic_store(&load.stop, true);
    rdl_waitgroup_wait(&load.wg);
    for_each_idle(ask_idle_again);
}

int main(int argc, char **argv) {
    long warm_kb, end_kb;
    if (argc != 5) {
        give_up("usage", "http_load SERVER IDLE BUSY SECONDS");
    }
    load.n_idle = (int)number(argv[2]);
    load.n_busy = (int)number(argv[3]);
    load.idle = calloc((size_t)load.n_idle + 1, sizeof(*load.idle));
    long seconds = number(argv[4]);
    raise_limit();
    start_server(argv[1]);
    run(seconds, &warm_kb, &end_kb);
    bool ended = stop_server();
    uint64_t lost = atomic_load(&load.lost);
    printf("%d idle, %d busy, %ld s: %.0f requests/s, p50 %.0f us, p99 %.0f us, lost %llu\n",
           load.n_idle, load.n_busy, seconds, (double)atomic_load(&load.done) / (double)seconds,
           percentile_us(0.50), percentile_us(0.99), (unsigned long long)lost);
    printf("server: %ld KB after the warm-up, %ld KB at the end%s\n", warm_kb, end_kb,
           ended ? "" : ", did not end well");
    return lost == 0 && ended && end_kb <= warm_kb + GROWTH_KB ? 0 : 1;
}
