/* sys.c - what sys.h promises.
 *
 * Zone  every one: nothing here uses libc but for headers.
 */
#include "instrument/sys.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>

#define OWN_TRIES 1000 /* who holds the lock may be a thread that a fork has left behind */

bool sys_is_shut;
struct sys_own sys_own;

/* -- what is ours --------------------------------------------------------------------------- */

static bool own_lock(void) {
    for (int i = 0; i < OWN_TRIES; i++) {
        if (__atomic_exchange_n(&sys_own.lock, 1, __ATOMIC_ACQUIRE) == 0) {
            return true;
        }
        sys_yield();
    }
    __atomic_store_n(&sys_own.full, true, __ATOMIC_RELAXED);
    return false;
}

static void own_unlock(void) {
    __atomic_store_n(&sys_own.lock, 0, __ATOMIC_RELEASE);
}

static void add_range(uintptr_t lo, uintptr_t hi) {
    for (uint32_t i = 0; i < sys_own.n; i++) {
        struct sys_range *range = &sys_own.at[i];
        if (range->lo == hi || range->hi == lo) {
            range->lo = range->lo == hi ? lo : range->lo;
            range->hi = range->hi == lo ? hi : range->hi;
            return;
        }
    }
    if (sys_own.n == SYS_OWN_RANGES) {
        sys_own.full = true;
        return;
    }
    sys_own.at[sys_own.n] = (struct sys_range){.lo = lo, .hi = hi};
    __atomic_store_n(&sys_own.n, sys_own.n + 1, __ATOMIC_RELEASE);
}

void sys_own_add(uintptr_t lo, uintptr_t hi) {
    if (own_lock()) {
        add_range(lo, hi);
        own_unlock();
    }
}

void sys_own_take(uintptr_t lo, uintptr_t hi) {
    if (!own_lock()) {
        return;
    }
    for (uint32_t i = 0; i < sys_own.n; i++) {
        struct sys_range was = sys_own.at[i];
        if (lo < was.hi && was.lo < hi) {
            sys_own.at[i] = (struct sys_range){.lo = was.lo, .hi = lo > was.lo ? lo : was.lo};
            if (hi < was.hi) {
                add_range(hi, was.hi);
            }
        }
    }
    own_unlock();
}

void sys_unmap(uintptr_t addr, size_t bytes) {
    sys_own_take(addr, addr + bytes);
    SYS3(SYS_munmap, addr, bytes, 0);
}

/* -- memory --------------------------------------------------------------------------------- */

uintptr_t sys_map(size_t bytes, uintptr_t at) {
    if (__atomic_load_n(&sys_is_shut, __ATOMIC_RELAXED)) {
        return 0;
    }
    long flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (at != 0 ? MAP_FIXED_NOREPLACE : 0);
    long got = sys_call(SYS_mmap, (long)at, (long)bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (got < 0 && got > -4096) {
        return 0;
    }
    if (at != 0 && (uintptr_t)got != at) { /* a kernel that takes the flag for a hint */
        SYS3(SYS_munmap, got, bytes, 0);
        return 0;
    }
    sys_own_add((uintptr_t)got, (uintptr_t)got + bytes);
    return (uintptr_t)got;
}

uintptr_t sys_map_theirs(size_t bytes) {
    uintptr_t at = sys_map(bytes, 0);
    if (at != 0) {
        sys_own_take(at, at + bytes);
    }
    return at;
}

int (*sys_vdso_clock)(int clock, struct timespec *now);

int64_t sys_clock_ns(int clock) {
    struct timespec now = {0};
    if (sys_vdso_clock == NULL || sys_vdso_clock(clock, &now) != 0) {
        SYS3(SYS_clock_gettime, clock, &now, 0);
    }
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

uintptr_t sys_handler(int signo, uint64_t *flags) {
    struct {
        uintptr_t handler, flags, restorer;
        uint64_t mask;
    } now = {0}; /* the kernel's */
    bool said = sys_call(SYS_rt_sigaction, signo, 0, (long)&now, sizeof now.mask, 0, 0) == 0;
    *flags = now.flags;
    return said ? now.handler : (uintptr_t)SIG_ERR;
}

bool sys_peek(uintptr_t addr, void *out, size_t n) {
    struct iovec to = {.iov_base = out, .iov_len = n};
    struct iovec from = {.iov_base = (void *)addr, .iov_len = n};
    return sys_call(SYS_process_vm_readv, sys_getpid(), (long)&to, 1, (long)&from, 1, 0) == (long)n;
}

char *sys_read_file(const char *path, size_t *n) {
    long fd = sys_call(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC, 0, 0, 0);
    if (fd < 0) {
        return NULL;
    }
    size_t room = 4096, have = 0;
    char *text = (char *)sys_map(room, 0);
    while (text != NULL) {
        long got = SYS3(SYS_read, fd, text + have, room - 1 - have);
        if (got <= 0) {
            break;
        }
        have += (size_t)got;
        if (have == room - 1) {
            long bigger = sys_call(SYS_mremap, (long)text, (long)room, (long)(2 * room),
                                   MREMAP_MAYMOVE, 0, 0);
            if (bigger < 0 && bigger > -4096) {
                break;
            }
            sys_own_take((uintptr_t)text, (uintptr_t)text + room);
            sys_own_add((uintptr_t)bigger, (uintptr_t)bigger + 2 * room);
            text = (char *)bigger;
            room *= 2;
        }
    }
    SYS3(SYS_close, fd, 0, 0);
    *n = have;
    return text;
}

void sys_say(const char *part, ...) {
    char line[1024];
    size_t n = 0;
    va_list parts;
    va_start(parts, part);
    for (; part != NULL; part = va_arg(parts, const char *)) {
        while (*part != '\0' && n < sizeof line - 1) {
            line[n++] = *part++;
        }
    }
    va_end(parts);
    line[n++] = '\n';
    sys_write(2, line, n);
}

_Noreturn void sys_exit(int status) {
    for (;;) {
        SYS3(SYS_exit_group, status, 0, 0);
    }
}
