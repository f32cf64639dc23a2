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

/* How often a dump of all goroutines says `reason` now. Looks at the first 64 KiB. The detector stands
 * before pread and strstr: the ways around them are invisible. */
INVISIBLE int dump_says(const char *reason) {
    static char text[1 << 16];
    int fd = memfd_create("dump", 0), times = 0;
    rdl_dump(fd);
    long n = syscall(SYS_pread64, fd, text, sizeof text - 1, 0L);
    close(fd);
    for (char *at = text, *end = text + (n > 0 ? n : 0);
         (at = (char *)memmem(at, (size_t)(end - at), reason, strlen(reason))) != NULL; at++) {
        times++;
    }
    return times;
}

/* reason is the status word of a dump, "sync.WaitGroup.Wait" for instance [TR-04]. */
INVISIBLE void await_parked(const char *reason) {
    while (dump_says(reason) == 0) {
        rdl_yield();
    }
}

/* Waits until n are over, each of which marks event `over` at its end, or parked for the reason. */
INVISIBLE void await_over_or_parked(int n, int over, const char *reason) {
    while (happened(over) + dump_says(reason) < n) {
        rdl_yield();
    }
}

#endif
