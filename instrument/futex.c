/* futex.c - waits at futexes that are asked for by number.
 *
 * So wait libstdc++'s futures, latches, semaphores, barriers and std::atomic::wait, all of Rust's locks, and the
 * locks that programs make themselves. What such a word means only its owner knows: no order is told, and nobody
 * holds anything. But who waits there without a limit of time is woken by a task that has the word, or never.
 *
 * Proxies       std::atomic<T>::wait of a T that is not four bytes, and so std::barrier, sleeps at a word of a static
 *               table, one for many objects, which notify by hash. Which object it is stands on the waiter's stack only,
 *               and where depends on the compiler; the last atomic that it read may be any that its condition
 *               looks at. So the wait counts as one at the static word, which everybody can get at: who waits there is
 *               never found cut off, only in a deadlock of all, or at the end.
 * Not a wait    one within __cxa_guard_acquire, which is told as that; one for a priority-inheriting word or several.
 * Moved         FUTEX_REQUEUE lets who sleeps at one word be woken at another: nothing is concluded once it was used.
 * Cost          Of a wait that the kernel begins: that of sync_wait, some 100 ns; of all else a compare.
 */
#include "instrument/futex.h"

#include "instrument/real.h"
#include "instrument/sync_event.h"
#include "instrument/sys.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1000000000

static bool is_wait(long command) {
    return command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET;
}

static bool is_requeue(long command) {
    return command == FUTEX_REQUEUE || command == FUTEX_CMP_REQUEUE ||
           command == FUTEX_WAIT_REQUEUE_PI || command == FUTEX_CMP_REQUEUE_PI;
}

/* The limit of a wait, made absolute; the kernel's affair if it cannot be read. */
static bool read_limit(const long word[6], struct timespec *limit, clockid_t *clock) {
    if (front.sandboxed || !sys_peek((uintptr_t)word[3], limit, sizeof *limit)) {
        return false;
    }
    *clock = (word[1] & FUTEX_CLOCK_REALTIME) != 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    if ((word[1] & FUTEX_CMD_MASK) == FUTEX_WAIT) {
        int64_t now = sys_clock_ns(*clock);
        limit->tv_sec += now / NS_PER_S;
        limit->tv_nsec += now % NS_PER_S;
    }
    return true;
}

static long call(const long word[6]) {
    return REAL_OF(syscall)(SYS_futex, word[0], word[1], word[2], word[3], word[4], word[5]);
}

long futex_call(const long word[6], uintptr_t pc) {
    long command = word[1] & FUTEX_CMD_MASK;
    if (is_requeue(command)) {
        __atomic_store_n(&front.requeues, true, __ATOMIC_RELAXED);
    }
    struct timespec limit;
    clockid_t clock = CLOCK_MONOTONIC;
    bool ends = word[3] != 0;
    bool shared =
        __atomic_load_n(&front.shares_memory, __ATOMIC_RELAXED); /* also what is kept of a thread */
    if (!is_wait(command) || self.in_guard || shared ||
        (ends && !read_limit(word, &limit, &clock))) {
        return call(word);
    }
    sync_wait(EV_WAIT_FUTEX, (const void *)word[0], NULL, clock, ends ? &limit : NULL, pc);
    long result = call(word);
    sync_waited();
    return result;
}

/* -- whose memory it is --------------------------------------------------------------------- */

/* Of a line of maps: "lo-hi rwxp …". */
struct line {
    enum { AT_LO, AT_HI, AT_MODE, AT_REST } at;
    uintptr_t lo, hi;
    uint32_t n_mode;
    bool is_private;
};

static void read_char(struct line *l, char c) {
    uintptr_t digit = (uintptr_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    if (c == '\n') {
        *l = (struct line){0};
    } else if (l->at == AT_LO && c == '-') {
        l->at = AT_HI;
    } else if (l->at == AT_LO) {
        l->lo = l->lo << 4 | digit;
    } else if (l->at == AT_HI && c == ' ') {
        l->at = AT_MODE;
    } else if (l->at == AT_HI) {
        l->hi = l->hi << 4 | digit;
    } else if (l->at == AT_MODE && ++l->n_mode == 4) {
        l->is_private = c == 'p';
        l->at = AT_REST;
    }
}

/* Whether no other process has the memory there. False, too: it is not known. */
static bool is_private(uintptr_t addr) {
    char text[4096];
    struct line line = {0};
    bool found = false;
    long fd = SYS3(SYS_openat, AT_FDCWD, "/proc/thread-self/maps", O_RDONLY | O_CLOEXEC);
    for (long got = 1; fd >= 0 && got > 0 && !found;) {
        got = SYS3(SYS_read, fd, text, sizeof text);
        for (long i = 0; i < got && !found; i++) {
            read_char(&line, text[i]);
            found = line.at == AT_REST && line.lo <= addr && addr < line.hi;
        }
    }
    SYS3(SYS_close, fd, 0, 0);
    return found && line.is_private;
}

bool futex_is_within(uintptr_t word, uintptr_t operation) {
    return !__atomic_load_n(&front.requeues, __ATOMIC_RELAXED) &&
           ((operation & FUTEX_PRIVATE_FLAG) != 0 || is_private(word));
}
