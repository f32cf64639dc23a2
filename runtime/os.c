/* os.c - Linux behind os.h. */
#include "runtime/os.h"

#include "runtime/arch/arch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

#define NS_PER_S          1000000000
#define WORKER_STACK      ((size_t)512 << 10)
#define DIRECTORY_BYTES   2048
#define SYSTEM_PAGE_BYTES ((size_t)4096)

/* -- waiting and time -- */

void rdl__os_wait(_Atomic uint32_t *word, uint32_t expected, int64_t deadline_ns) {
    struct timespec at = {.tv_sec = deadline_ns / NS_PER_S, .tv_nsec = deadline_ns % NS_PER_S};
    rdl__arch_futex(word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, expected,
                    deadline_ns == OS_FOREVER ? NULL : &at, FUTEX_BITSET_MATCH_ANY);
}

void rdl__os_wake(_Atomic uint32_t *word, int n) {
    rdl__arch_futex(word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, (uint32_t)n, NULL, 0);
}

int64_t rdl__os_monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* -- memory -- */

void *rdl__os_map(size_t bytes) {
    void *addr = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (addr == MAP_FAILED) {
        return NULL;
    }
    /* A huge page would commit 2 MiB for the first touch of one stack. */
    int before = errno;
    madvise(addr, bytes, MADV_NOHUGEPAGE);
    errno = before;
    return addr;
}

void rdl__os_unmap(void *addr, size_t bytes) {
    munmap(addr, bytes);
}

void rdl__os_discard(void *addr, size_t bytes) {
    madvise(addr, bytes, MADV_DONTNEED);
}

enum os_guard rdl__os_guard(void *addr, size_t bytes, bool may_split_mapping) {
    int before = errno;
    enum os_guard guard = OS_GUARD_NONE;
    if (madvise(addr, bytes, MADV_GUARD_INSTALL) == 0) {
        guard = OS_GUARD_PAGES;
    } else if (may_split_mapping && mprotect(addr, bytes, PROT_NONE) == 0) {
        guard = OS_GUARD_MAPPING;
    }
    errno = before;
    return guard;
}

/* -- threads -- */

unsigned rdl__os_cpus(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof(set), &set) != 0) {
        long online = sysconf(_SC_NPROCESSORS_ONLN);
        return online < 1 ? 1 : (unsigned)online;
    }
    int count = CPU_COUNT(&set);
    return count < 1 ? 1 : (unsigned)count;
}

bool rdl__os_thread(void *(*fn)(void *), void *arg) {
    int before = errno;
    pthread_attr_t attr;
    pthread_t thread;
    if (pthread_attr_init(&attr) != 0) {
        return false;
    }
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, WORKER_STACK);
    bool made = pthread_create(&thread, &attr, fn, arg) == 0;
    pthread_attr_destroy(&attr);
    errno = before;
    return made;
}

struct directory_entry {
    uint64_t inode;
    int64_t offset;
    uint16_t bytes;
    uint8_t type;
    char name[];
};

unsigned rdl__os_thread_count(void) {
    _Alignas(8) char buffer[DIRECTORY_BYTES];
    unsigned count = 0;
    int fd = open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    for (;;) {
        long n = syscall(SYS_getdents64, fd, buffer, sizeof(buffer));
        if (n <= 0) {
            break;
        }
        for (long at = 0; at < n;) {
            const struct directory_entry *entry = (const void *)(buffer + at);
            count += entry->name[0] != '.';
            at += entry->bytes;
        }
    }
    close(fd);
    return count;
}

bool rdl__os_is_initial_thread(void) {
    return syscall(SYS_gettid) == getpid();
}

void rdl__os_yield_thread(void) {
    sched_yield();
}

void rdl__os_sleep(int64_t ns) {
    struct timespec left = {.tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S};
    nanosleep(&left, NULL);
}

void rdl__os_stack(uintptr_t *lo, uintptr_t *hi) {
    pthread_attr_t attr;
    void *addr = NULL;
    size_t bytes = 0;
    if (pthread_getattr_np(pthread_self(), &attr) == 0) {
        pthread_attr_getstack(&attr, &addr, &bytes);
        pthread_attr_destroy(&attr);
    }
    *lo = (uintptr_t)addr;
    *hi = (uintptr_t)addr + bytes;
}

/* -- odds and ends -- */

uint64_t rdl__os_random(void) {
    uint64_t value = 0;
    if (getrandom(&value, sizeof(value), GRND_NONBLOCK) != sizeof(value)) {
        value = (uint64_t)rdl__os_monotonic_ns() * 0x9e3779b97f4a7c15u;
    }
    return value;
}

void rdl__os_barrier_init(void) {
    syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
}

void rdl__os_barrier(void) {
    int before = errno;
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) != 0) {
        /* Kernels without it: changing a mapping's protection interrupts every other CPU. */
        void *page = mmap(NULL, SYSTEM_PAGE_BYTES, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (page != MAP_FAILED) {
            *(volatile char *)page = 1;
            mprotect(page, SYSTEM_PAGE_BYTES, PROT_READ);
            munmap(page, SYSTEM_PAGE_BYTES);
        }
    }
    errno = before;
    atomic_thread_fence(memory_order_seq_cst);
}

void rdl__os_write(int fd, const char *bytes, size_t n) {
    while (n > 0) {
        ssize_t done = write(fd, bytes, n);
        if (done < 0 && errno != EINTR) {
            return;
        }
        if (done > 0) {
            bytes += done;
            n -= (size_t)done;
        }
    }
}
