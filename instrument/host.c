/* host.c - the operating system as the detector core asks for it: struct det_host of a preloaded process.
 *
 * Zone  every one: nothing here uses libc but for headers.
 */
#include "instrument/host.h"

#include "instrument/callers.h"
#include "instrument/deadlock.h"
#include "instrument/front.h"
#include "instrument/memory.h"
#include "instrument/sys.h"
#include "instrument/test_name.h"

#include <linux/membarrier.h>
#include <sys/mman.h>
#include <time.h>

static uintptr_t reserve(size_t bytes, uintptr_t at) {
    uintptr_t got = sys_map(bytes, at);
    if (got != 0) {
        SYS3(SYS_madvise, got, bytes, MADV_DONTDUMP);
        SYS3(SYS_madvise, got, bytes, MADV_NOHUGEPAGE);
    }
    return got;
}

static void unreserve(uintptr_t addr, size_t bytes) {
    sys_unmap(addr, bytes);
}

static void discard(uintptr_t addr, size_t bytes) {
    if (SYS3(SYS_madvise, addr, bytes, MADV_DONTNEED) !=
        0) { /* pages that the program has locked */
        for (uint64_t *at = (uint64_t *)addr; at < (uint64_t *)(addr + bytes); at++) {
            *at = 0;
        }
    }
}

/* Registered at the first call, which is made when there is one thread: later it takes longer. */
static bool fence_all(void) {
    if (__atomic_load_n(&front.sandboxed, __ATOMIC_RELAXED)) {
        return false;
    }
    return SYS3(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0 ||
           (SYS3(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0 &&
            SYS3(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0);
}

static void nap(void) {
    struct timespec moment = {.tv_nsec = 100 * 1000};
    SYS3(SYS_nanosleep, &moment, NULL, 0);
}

static int64_t monotonic_ns(void) {
    return sys_clock_ns(CLOCK_MONOTONIC);
}

static int64_t realtime_ns(void) {
    return sys_clock_ns(CLOCK_REALTIME);
}

static bool peek(uintptr_t addr, void *out, size_t bytes) {
    return !__atomic_load_n(&front.sandboxed, __ATOMIC_RELAXED) && sys_peek(addr, out, bytes);
}

const struct det_host host = {
    .reserve = reserve,
    .unreserve = unreserve,
    .discard = discard,
    .fence_all = fence_all,
    .yield = sys_yield,
    .nap = nap,
    .monotonic_ns = monotonic_ns,
    .realtime_ns = realtime_ns,
    .test_name = test_name_now,
    .peek = peek,
    .asleep = deadlock_asleep,
    .holds = deadlock_holds,
    .has_threads = deadlock_has_threads,
    .handlers = signals_handlers,
    .callers = callers_above,
    .memory = &memory_now,
};
