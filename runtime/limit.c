/* limit.c - naming the limit that was reached. */
#include "runtime/limit.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <unistd.h>

#include "runtime/os.h"
#include "runtime/rt.h"
#include "runtime/text.h"

#define READ_BYTES     4096
#define NEAR           64 /* so few of anything left is none: one chunk asks for several */
#define BYTES_PER_PAGE 4096

const char *rdl__limit_text(enum rdl__limit limit) {
    switch (limit) {
    case LIMIT_STACKS:
        return TEXT_NO_STACK;
    case LIMIT_THREADS:
        return TEXT_NO_THREAD;
    case LIMIT_OWN_THREADS:
        return TEXT_THREADS;
    case LIMIT_DESCRIPTORS:
        return TEXT_NO_DESCRIPTOR;
    case LIMIT_POLLER:
        return TEXT_NO_POLLER;
    default:
        return TEXT_NO_MEMORY;
    }
}

/* -- numbers of the system -- */

/* The first number in a file of /proc; 0: cannot tell. */
static uint64_t number_in(const char *path) {
    char bytes[32];
    uint64_t value = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    ssize_t n = read(fd, bytes, sizeof(bytes));
    close(fd);
    for (ssize_t i = 0; i < n && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
        value = value * 10 + (uint64_t)(bytes[i] - '0');
    }
    return value;
}

static uint64_t count_lines(const char *path) {
    char bytes[READ_BYTES];
    uint64_t lines = 0;
    ssize_t n;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    while ((n = read(fd, bytes, sizeof(bytes))) > 0) {
        for (ssize_t i = 0; i < n; i++) {
            lines += bytes[i] == '\n';
        }
    }
    close(fd);
    return lines;
}

/* RLIM_INFINITY: none. */
static rlim_t soft_limit(int which) {
    struct rlimit limit;
    return getrlimit((__rlimit_resource_t)which, &limit) == 0 ? limit.rlim_cur : RLIM_INFINITY;
}

/* -- lines -- */

static void say(struct out *o, const char *before, uint64_t number, const char *after) {
    rdl__out_text(o, "runtime: ");
    rdl__out_text(o, before);
    rdl__out_uint(o, number);
    rdl__out_text(o, after);
    rdl__out_text(o, "\n");
}

static void say_rlimit(struct out *o, int which, const char *what, const char *how) {
    rlim_t limit = soft_limit(which);
    if (limit != RLIM_INFINITY) {
        say(o, what, limit, how);
    }
}

static void explain_memory(struct out *o) {
    uint64_t mappings = count_lines("/proc/self/maps");
    uint64_t most = number_in("/proc/sys/vm/max_map_count");
    uint64_t pages = number_in("/proc/self/statm");
    rlim_t space = soft_limit(RLIMIT_AS);
    rlim_t data = soft_limit(RLIMIT_DATA);
    bool named = false;
    if (most != 0 && mappings + NEAR >= most) {
        say(o, "the process has as many memory mappings as vm.max_map_count allows, ", most,
            "; raise it with `sysctl -w vm.max_map_count=N`");
        named = true;
    }
    if (space != RLIM_INFINITY) {
        say(o, "the address space is limited to ", space,
            " bytes; raise it with `ulimit -v` (RLIMIT_AS)");
        named = true;
    }
    if (data != RLIM_INFINITY) {
        say(o, "the data of the process is limited to ", data,
            " bytes; raise it with `ulimit -d` (RLIMIT_DATA)");
        named = true;
    }
    if (!named) {
        say(o, "the system refused memory to a process of ", pages * BYTES_PER_PAGE,
            " bytes of address space; look at `free`, the memory limit of the cgroup and "
            "vm.overcommit_memory");
    }
}

static void explain_threads(struct out *o) {
    uint64_t most = number_in("/proc/sys/kernel/threads-max");
    say(o, "the system refused a thread to a process of ", rdl__os_thread_count(), " threads");
    say_rlimit(o, RLIMIT_NPROC, "threads of this user are limited to ",
               "; raise it with `ulimit -u` (RLIMIT_NPROC)");
    say_rlimit(o, RLIMIT_AS, "the address space is limited to ",
               " bytes; raise it with `ulimit -v` (RLIMIT_AS)");
    say(o, "kernel.threads-max is ", most,
        "; raise it with `sysctl -w kernel.threads-max=N`, and look at pids.max of the cgroup");
}

static void explain_descriptors(struct out *o) {
    say_rlimit(o, RLIMIT_NOFILE, "open descriptors are limited to ",
               "; raise it with `ulimit -n` (RLIMIT_NOFILE)");
}

void rdl__limit_explain(struct out *o, enum rdl__limit limit) {
    switch (limit) {
    case LIMIT_THREADS:
        explain_threads(o);
        break;
    case LIMIT_OWN_THREADS:
        say(o, "program exceeds ", WORKERS_MAX, "-thread limit");
        break;
    case LIMIT_DESCRIPTORS:
        explain_descriptors(o);
        break;
    case LIMIT_POLLER: /* which one, the poller does not say */
        explain_descriptors(o);
        explain_memory(o);
        break;
    default:
        explain_memory(o);
    }
}
