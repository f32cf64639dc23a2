/* sys.c - what sys.h promises.
 *
 * Zone  every one: nothing here uses libc but for headers.
 */
#include "instrument/sys.h"

#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

bool sys_is_shut;

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
    return (uintptr_t)got;
}

int (*sys_vdso_clock)(int clock, struct timespec *now);

int64_t sys_clock_ns(int clock) {
    struct timespec now = {0};
    if (sys_vdso_clock == NULL || sys_vdso_clock(clock, &now) != 0) {
        SYS3(SYS_clock_gettime, clock, &now, 0);
    }
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
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
