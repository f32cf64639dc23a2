/* fault.c - a library to preload: the k-th call of libraddle for something of the system fails.
 *
 * FAULT_AT=K      the K-th counted call fails, K from 1; 0 or none: count only
 * FAULT_EVER=1    so do all after it: a limit, not an accident
 * FAULT_LOG=FILE  the number of counted calls is written there when the process exits
 *
 * Only calls made from libraddle.so count: what the program, libc and the loader ask for themselves
 * is not ours to test.
 */
#undef _FILE_OFFSET_BITS /* mmap and mmap64 are two names here, as libraddle.so may use either */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

static uintptr_t lo, hi; /* of libraddle.so */
static atomic_long calls;
static long fail_at;
static bool for_ever;

static int find_library(struct dl_phdr_info *info, size_t size, void *unused) {
    (void)size;
    (void)unused;
    if (strstr(info->dlpi_name, "libraddle.so") == NULL) {
        return 0;
    }
    for (int i = 0; i < info->dlpi_phnum; i++) {
        if (info->dlpi_phdr[i].p_type == PT_LOAD) {
            uintptr_t start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
            lo = lo == 0 ? start : lo;
            hi = start + info->dlpi_phdr[i].p_memsz;
        }
    }
    return 1;
}

__attribute__((constructor)) static void read_orders(void) {
    const char *at = getenv("FAULT_AT");
    fail_at = at != NULL ? atol(at) : 0;
    for_ever = getenv("FAULT_EVER") != NULL;
    dl_iterate_phdr(find_library, NULL);
}

__attribute__((destructor)) static void tell_count(void) {
    const char *name = getenv("FAULT_LOG"); /* the helper of a dump inherits it: not ours */
    char text[32];
    int fd = name != NULL && lo != 0 ? open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
    if (fd >= 0) {
        int n = snprintf(text, sizeof(text), "%ld\n", atomic_load(&calls));
        (void)!write(fd, text, (size_t)n);
        close(fd);
    }
}

/* Whether this call, whose return address is given, has to fail. */
static bool fails(const void *caller) {
    if ((uintptr_t)caller < lo || (uintptr_t)caller >= hi) {
        return false;
    }
    long n = atomic_fetch_add(&calls, 1) + 1;
    return fail_at != 0 && (n == fail_at || (for_ever && n > fail_at));
}

#define FAILS()    fails(__builtin_return_address(0))
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* dlsym itself allocates at times: malloc finds its real function once, before there is a task. */
static void *(*real_malloc)(size_t);

void *malloc(size_t bytes) {
    if (real_malloc == NULL) {
        real_malloc = REAL(malloc);
    }
    if (FAILS()) {
        errno = ENOMEM;
        return NULL;
    }
    return real_malloc(bytes);
}

#define NO_MEMORY(value)                                                                           \
    do {                                                                                           \
        if (FAILS()) {                                                                             \
            errno = ENOMEM;                                                                        \
            return value;                                                                          \
        }                                                                                          \
    } while (0)

void *realloc(void *block, size_t bytes) {
    NO_MEMORY(NULL);
    return REAL(realloc)(block, bytes);
}

void *mmap(void *addr, size_t bytes, int prot, int flags, int fd, off_t offset) {
    NO_MEMORY(MAP_FAILED);
    return REAL(mmap)(addr, bytes, prot, flags, fd, offset);
}

void *mmap64(void *addr, size_t bytes, int prot, int flags, int fd, off64_t offset) {
    NO_MEMORY(MAP_FAILED);
    return REAL(mmap64)(addr, bytes, prot, flags, fd, offset);
}

int madvise(void *addr, size_t bytes, int advice) {
    NO_MEMORY(-1);
    return REAL(madvise)(addr, bytes, advice);
}

int mprotect(void *addr, size_t bytes, int prot) {
    NO_MEMORY(-1);
    return REAL(mprotect)(addr, bytes, prot);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*fn)(void *), void *arg) {
    if (FAILS()) {
        return EAGAIN;
    }
    return REAL(pthread_create)(thread, attr, fn, arg);
}

int pthread_attr_init(pthread_attr_t *attr) {
    if (FAILS()) {
        return ENOMEM;
    }
    return REAL(pthread_attr_init)(attr);
}

int pthread_key_create(pthread_key_t *key, void (*end)(void *)) {
    if (FAILS()) {
        return EAGAIN;
    }
    return REAL(pthread_key_create)(key, end);
}

int epoll_create1(int flags) {
    NO_MEMORY(-1);
    return REAL(epoll_create1)(flags);
}

int epoll_ctl(int epoll, int op, int fd, struct epoll_event *event) {
    NO_MEMORY(-1);
    return REAL(epoll_ctl)(epoll, op, fd, event);
}

int eventfd(unsigned count, int flags) {
    NO_MEMORY(-1);
    return REAL(eventfd)(count, flags);
}

int open64(const char *path, int flags, ...) {
    NO_MEMORY(-1);
    return REAL(open64)(path, flags, 0); /* the runtime creates no file */
}

void *dlopen(const char *name, int flags) {
    NO_MEMORY(NULL);
    return REAL(dlopen)(name, flags);
}
