/* told.h - waits until the detector has told of something, or for so long.
 *
 * For tests of tasks that nobody can wake though others run: the one that runs is this one, which must have no way to
 * what they wait for. So whatever made it is a function of its own (APART), and its frame is gone (forget).
 */
#ifndef RADDLE_TESTS_TOLD_H
#define RADDLE_TESTS_TOLD_H

#include <raddle/detector.h>

#include <string.h>
#include <time.h>

#define APART __attribute__((noinline))

APART static void forget(void) {
    char below[16384];
    memset(below, 0, sizeof below);
    __asm__ volatile("" : : "r"(below) : "memory");
}

static inline void await_findings(uint64_t n, int ms) {
    forget();
    for (int i = 0; i < ms / 10 && rdl_findings_count() < n; i++) {
        struct timespec moment = {0, 10 * 1000000};
        nanosleep(&moment, NULL);
    }
}

static inline void await_told(int ms) {
    await_findings(1, ms);
}

/* A moment later: whether the detector has told of nothing. */
static inline int untold(void) {
    await_told(10);
    return rdl_findings_count() == 0;
}

#define TOLD       await_told(60000)
#define TOLD_TWICE await_findings(2, 60000)
#define UNTOLD     await_told(1500) /* two looks at least, where nothing else runs */

#endif
