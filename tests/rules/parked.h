/* parked.h - waits until some goroutine is parked for a reason, seen in a dump.
 *
 * "It has surely blocked by now" is no proof. A dump is: a goroutine that stands in it as parked
 * has done all the bookkeeping of its wait. Include after invisible.h; needs raddle.h.
 */
#ifndef RADDLE_TESTS_PARKED_H
#define RADDLE_TESTS_PARKED_H

#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Whether a dump of all goroutines says `reason` now. Looks at the first 64 KiB. The detector stands
 * before pread and strstr: the ways around them are invisible. */
INVISIBLE bool dump_says(const char *reason) {
    static char text[1 << 16];
    int fd = memfd_create("dump", 0);
    rdl_dump(fd);
    long n = syscall(SYS_pread64, fd, text, sizeof text - 1, 0L);
    close(fd);
    return n > 0 && memmem(text, (size_t)n, reason, strlen(reason)) != NULL;
}

/* reason is the status word of a dump, "sync.WaitGroup.Wait" for instance [TR-04]. */
INVISIBLE void await_parked(const char *reason) {
    while (!dump_says(reason)) {
        rdl_yield();
    }
}

#endif
