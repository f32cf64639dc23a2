/* sys.h - the operating system without libc: no errno, no interposition, legal in every zone.
 *
 * Every function returns what the kernel does: a negative errno on failure.
 */
#ifndef RADDLE_INSTRUMENT_SYS_H
#define RADDLE_INSTRUMENT_SYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

__attribute__((visibility("hidden"))) long sys_call(long number, long a, long b, long c, long d,
                                                    long e, long f);

#define SYS3(number, a, b, c) sys_call(number, (long)(a), (long)(b), (long)(c), 0, 0, 0)

/* arch/x86_64/bare_thread.S. */
__attribute__((visibility("hidden"))) long bare_clone(void (*run)(void *), void *argument,
                                                      void *stack_top, int *alive, long flags);

/* A thread of which libc knows nothing. */
static inline long bare_thread(void (*run)(void), void *stack_top, int *alive) {
    enum {
        AS_THREAD = 0x350f00
    }; /* VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, PARENT_SETTID, CHILD_CLEARTID */
    return bare_clone((void (*)(void *))run, (void *)0, stack_top, alive, AS_THREAD);
}

static inline long sys_write(int fd, const void *bytes, size_t n) {
    return SYS3(SYS_write, fd, bytes, n);
}

static inline int sys_getpid(void) {
    return (int)SYS3(SYS_getpid, 0, 0, 0);
}

static inline void sys_yield(void) {
    SYS3(SYS_sched_yield, 0, 0, 0);
}

/* All memory that sys_map gave, and a runtime's: nothing of the program's is there (memory.c). Neighbours are one
 * range. Read without the lock. */
#define SYS_OWN_RANGES 2048u
struct sys_own {
    uint32_t lock;
    uint32_t n;
    bool full; /* some are not here */
    struct sys_range {
        uintptr_t lo, hi;
    } at[SYS_OWN_RANGES];
};
extern __attribute__((visibility("hidden"))) struct sys_own sys_own;
void sys_own_add(uintptr_t lo, uintptr_t hi);
/* Before the range may become anybody's. */
void sys_own_take(uintptr_t lo, uintptr_t hi);
/* What sys_map gave, or a part of it. */
void sys_unmap(uintptr_t addr, size_t bytes);

/* Anonymous, private memory; 0 when refused. at: where exactly, or 0. */
uintptr_t sys_map(size_t bytes, uintptr_t at);
/* The same, for what holds pointers of the program's: not counted as ours. Given back by munmap. */
uintptr_t sys_map_theirs(size_t bytes);

/* Asking would be the process's death: sys_map gives none (sandbox.c). */
extern __attribute__((visibility("hidden"))) bool sys_is_shut;
int64_t sys_clock_ns(int clock);
/* The kernel's own clock_gettime, which is no system call and no libc. Filled once, by real_find; NULL: there
 * is none. */
struct timespec;
extern __attribute__((visibility("hidden"))) int (*sys_vdso_clock)(int clock, struct timespec *now);

/* What the process does at that signal: a handler, SIG_DFL or SIG_IGN, and with which flags (SA_..); SIG_ERR: it cannot
 * be asked. */
uintptr_t sys_handler(int signo, uint64_t *flags);

/* Copies memory that may be gone: the kernel reads it for us, or says so. */
bool sys_peek(uintptr_t addr, void *out, size_t n);
/* Reads a whole small file into fresh memory, ended by a NUL that *n does not count; NULL: cannot.
 */
char *sys_read_file(const char *path, size_t *n);
/* One line on standard error: the parts joined, up to NULL. */
void sys_say(const char *part, ...) __attribute__((sentinel));
_Noreturn void sys_exit(int status);

#endif
